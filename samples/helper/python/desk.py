import sys

import baton

# No job: a script at a desk, with a person's token in the environment. README.md says how to start it.
item = baton.queue.add(sys.argv[1], {'from': 'a desk'})
baton.output({'status': item['Status'], 'input': baton.input()})

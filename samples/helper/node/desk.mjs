import { input, output, queue } from 'baton';

// No job: a script at a desk, with a person's token in the environment. README.md says how to start it.
const [name = 'Invoices'] = process.argv.slice(2);
const item = await queue.add(name, { content: { from: 'a desk' } });
output({ status: item.Status, input: input() });

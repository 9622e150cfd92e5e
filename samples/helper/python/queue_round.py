from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import baton


@dataclass
class Invoice:
    number: str
    cents: int


def main(queue: str) -> dict[str, object]:
    """The whole round of a queue: items are added, taken, tried again, and end with a result."""
    first = Invoice('A-1', 1200)
    due = datetime.now(timezone.utc) + timedelta(days=1)
    baton.queue.add(queue, first, reference='A-1', priority='High', due_date=due)
    failed = baton.queue.add_all(queue, [
        {'content': Invoice('A-2', 800), 'reference': 'A-2'},
        {'content': Invoice('A-3', 0), 'reference': 'A-3'},
        {'content': first, 'reference': 'A-1'},
    ], 'ProcessAllIndependently')

    booked = 0
    while True:
        item = baton.queue.start_transaction(queue)
        if item is None:
            break
        invoice = baton.from_json(item['SpecificContent'], Invoice)
        baton.queue.progress(item, 'booking ' + invoice.number)
        if invoice.cents == 0:
            baton.queue.fail(item, 'Nothing is to be paid', type='BusinessException')
        elif invoice.number == 'A-2' and item['RetryNumber'] == 0:
            baton.queue.fail(item, 'The bank was away')  # The queue lets it be tried again.
        else:
            booked += invoice.cents
            baton.queue.succeed(item, {'booked': invoice.cents})

    again = None
    try:
        baton.queue.add(queue, reference='A-1')
    except baton.OrchestratorError as error:
        again = error.error_code
    return {'booked': booked, 'failed': len(failed), 'again': again}

import baton

ADD = '/odata/Queues/UiPathODataSvc.AddQueueItem'


def main(queue: str) -> dict[str, object]:
    """A call that the program itself may repeat, such as after an error that it has caught. The server knows
    it again by its key, for a day and this job, and carries it out once."""
    body = {'itemData': {'Name': queue, 'SpecificContent': {'order': 4711}}}
    first = baton.orchestrator.post(ADD, body, idempotency_key='order 4711')
    again = baton.orchestrator.post(ADD, body, idempotency_key='order 4711')
    return {'isSame': first['Id'] == again['Id']}

import logging

import baton


def main(secret: str) -> None:
    """Lines with levels and fields, and what no line shows."""
    baton.mask(secret)
    baton.log.info('booked with %s', secret, extra={'invoice': 'A-1', 'cents': 1200})
    logging.getLogger('bank').warning('the bank answers slowly', extra={'seconds': 2.5})
    try:
        raise ValueError('no more money')
    except ValueError:
        baton.log.exception('not booked')
    print('what is printed is a line, too')

"""Reads invoices from a CSV file and adds each to a queue, once. Standard library only.

Only the shape of a row is looked at here; whether an invoice makes sense is for the performer to say.
"""

import csv as csv_format
import datetime
import io
import os
import re
import time

import baton

COLUMNS = ['number', 'supplier', 'date', 'due', 'currency', 'net', 'tax', 'gross']
AMOUNT = re.compile(r'-?\d{1,9}\.\d\d')
ITEM_ALREADY_EXISTS = 1016


class Malformed(Exception):
    pass


def dispatch(queue='Invoices', run=None, path='invoices.csv', csv=None, pace=0):
    run = run or os.environ.get('UIPATH_JOB_KEY', 'desk')[:8]
    baton.log.info('Adding the rows of %s to the queue %s as run %s', 'the input' if csv else path, queue, run)
    counts = {'read': 0, 'added': 0, 'duplicates': 0, 'malformed': 0}
    for line, row in rows(csv if csv is not None else read(path)):
        if baton.stop_requested():
            baton.log.warning('Stopped before line %d', line)
            break
        counts['read'] += 1
        counts[add(queue, run, line, row)] += 1
        if counts['read'] % 20 == 0:
            baton.log.info('%d rows read', counts['read'])
        time.sleep(pace / 1000)
    baton.log.info('Done: %s', ', '.join('%d %s' % (count, name) for name, count in counts.items()))
    return counts


def add(queue, run, line, row):
    try:
        content = invoice(row)
    except Malformed as problem:
        baton.log.warning('Line %d is malformed: %s', line, problem)
        return 'malformed'
    try:
        baton.queue.add(queue, content, reference='%s/%s' % (run, content['Number']))
        return 'added'
    except baton.OrchestratorError as refusal:
        if refusal.error_code != ITEM_ALREADY_EXISTS:
            raise
        baton.log.info('Line %d is a duplicate: %s is in the queue already', line, content['Number'])
        return 'duplicates'


def invoice(row):
    if len(row) != len(COLUMNS):
        raise Malformed('%d columns instead of %d' % (len(row), len(COLUMNS)))
    fields = dict(zip(COLUMNS, (text.strip() for text in row)))
    if not fields['number']:
        raise Malformed('the number is missing')
    return {
        'Number': fields['number'],
        'Supplier': fields['supplier'],
        'Date': date('date', fields),
        'Due': date('due', fields),
        'Currency': fields['currency'],
        'NetCents': cents('net', fields),
        'TaxCents': cents('tax', fields),
        'GrossCents': cents('gross', fields),
    }


def date(name, fields):
    try:
        return datetime.datetime.strptime(fields[name], '%Y-%m-%d').date().isoformat()
    except ValueError:
        raise Malformed("%s '%s' is no date" % (name, fields[name])) from None


def cents(name, fields):
    """Money is counted in cents: floats do not add up."""
    if not AMOUNT.fullmatch(fields[name]):
        raise Malformed("%s '%s' is no amount" % (name, fields[name]))
    return int(fields[name].replace('.', ''))


def read(path):
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, path), encoding='utf-8', newline='') as file:
        return file.read()


def rows(text):
    """Number of the line and its columns, without the header and empty lines."""
    reader = csv_format.reader(io.StringIO(text, newline=''))
    for row in reader:
        if row and row != COLUMNS:
            yield reader.line_num, row

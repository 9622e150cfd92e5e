import baton


def main() -> dict[str, object]:
    """Files in and out: `baton job start … --attach prices=prices.csv`, then `baton job files JOB`."""
    path = baton.attachments.download('prices')
    with open(path, encoding='utf-8') as file:
        total = sum(int(row.split(',')[1]) for row in file)

    with open('sum.txt', 'w', encoding='utf-8') as file:
        file.write('%d\n' % total)
    baton.attach('sum.txt', category='Report')

    names = ['%s: %d' % (file['name'], file['size']) for file in baton.attachments.list()]
    return {'sum': total, 'names': names, 'read': baton.attachments.read('sum.txt').decode('utf-8')}

import baton


def main() -> dict[str, object]:
    """Assets of every kind. What is secret in them is *** in the job's log and output from here on."""
    greeting = baton.assets.get('Greeting')
    limit = baton.assets.get('Limit')
    is_open = baton.assets.get('Open')
    rates = baton.assets.get('Rates')
    user, password = baton.assets.get('Mail')
    windows_user, windows_password = baton.assets.get('Desktop')
    secret = baton.assets.get('Key')
    database = baton.assets.get('Database')
    service = baton.assets.get('Service')

    # What `get` returns is what `set` takes.
    baton.assets.set('Limit', limit + 1)
    baton.assets.set('Mail', (user, password + '!'))

    return {
        'greeting': greeting,
        'limit': baton.assets.get('Limit'),
        'isOpen': is_open,
        'rates': rates,
        'people': [user, windows_user],
        'secrets': [len(text) for text in (password, windows_password, secret, database, service)],
    }

import baton


def main(process: str) -> dict[str, object]:
    """Runs other processes of the folder, each to its end."""
    result = baton.processes.run(process, {'queue': 'Invoices'}, timeout=600)
    failed = None
    try:
        baton.processes.run(process, {'queue': 'fail'})
    except baton.JobFailed as error:
        failed = error.job['Info']
    return {'queue': result['got']['queue'], 'failed': failed}

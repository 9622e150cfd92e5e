import baton


def main(bucket: str) -> dict[str, object]:
    """Files of a storage bucket of the folder."""
    baton.buckets.write(bucket, 'python/hello.txt', 'hello')
    baton.buckets.write(bucket, 'python/bytes.bin', bytes([1, 2, 3]), 'application/x-sample')
    paths = baton.buckets.list(bucket, 'python')
    text = baton.buckets.read(bucket, 'python/hello.txt').decode('utf-8')
    for path in paths:
        baton.buckets.delete(bucket, path)
    return {'paths': paths, 'text': text, 'left': baton.buckets.list(bucket, 'python')}

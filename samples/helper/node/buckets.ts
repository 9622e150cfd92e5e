import { buckets } from 'baton';

/** Files of a storage bucket of the folder. */
export const main = async ({ bucket }: { readonly bucket: string }) => {
  await buckets.write(bucket, 'node/hello.txt', 'hello');
  await buckets.write(bucket, 'node/bytes.bin', new Uint8Array([1, 2, 3]), 'application/x-sample');
  const paths = await buckets.list(bucket, 'node');
  const text = (await buckets.read(bucket, 'node/hello.txt')).toString();
  for (const path of paths) await buckets.delete(bucket, path);
  return { paths, text, left: await buckets.list(bucket, 'node') };
};

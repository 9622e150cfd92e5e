-- What names a row in its events is its key where it has one of its own, else its id (kernel/events/event.ts).
-- Assets, queues and buckets were named by their ids; what is gone keeps the name it was told by.
update events e set entity_key = a.key::text, payload = payload || jsonb_build_object('id', a.id)
  from assets a where e.entity = 'Asset' and e.entity_key = a.id::text and e.tenant_id = a.tenant_id;
update events e set entity_key = q.key::text, payload = payload || jsonb_build_object('id', q.id)
  from queue_definitions q where e.entity = 'QueueDefinition' and e.entity_key = q.id::text and e.tenant_id = q.tenant_id;
update events e set entity_key = b.identifier::text, payload = payload || jsonb_build_object('id', b.id)
  from buckets b where e.entity = 'Bucket' and e.type like 'bucket.%' and e.entity_key = b.id::text and e.tenant_id = b.tenant_id;
-- A file that was read was named by its bucket.
update events e set entity = 'BlobFile', entity_key = f.id::text
  from bucket_files f where e.type = 'blobfile.accessed' and e.entity = 'Bucket' and e.entity_key = f.bucket_id::text
   and e.payload ->> 'fullPath' = '/' || f.path;
update events set type = 'library' || substr(type, 8) where type in ('package.uploaded', 'package.deleted') and entity = 'Library';

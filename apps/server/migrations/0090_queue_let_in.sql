-- Lets deferred items in whose time has come (orchestrator/queues/hot/start-batch.ts), each queue by one
-- session at a time. The statement begins under the lock, so it sees what others have let in and never locks
-- an item that it does not change. While it did, the items stood locked and ready until its commit, and other
-- servers skipped them all and answered that there was none.
create function queue_let_in(queues bigint[]) returns void language plpgsql as $$
declare
  queue bigint;
begin
  for queue in select q from unnest(queues) q order by q loop
    perform pg_advisory_xact_lock(20011, hashint8(queue));
  end loop;
  -- Their places in the lanes are found again by the trigger that lowers floors. Who edits
  -- an item lets it in by that.
  update queue_items set waits = false
   where id in (select id from queue_items
                 where queue_id = any(queues) and status = 0 and waits and defer_at <= now()
                 order by queue_id, defer_at, id for update skip locked limit 10000);
end $$;

-- Nobody reads events by tenant: history goes by item, and who follows the outbox goes by id. The index was written with every event.
drop index events_by_tenant;

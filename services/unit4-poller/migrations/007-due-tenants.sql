-- beside live work
-- Tenants that failed last time and those that did not have queues of their own (case O54), each read from its front alone.
create index concurrently if not exists schedules_due on schedules (next_due_at) where failures = 0;
create index concurrently if not exists schedules_due_again on schedules (next_due_at) where failures > 0;

-- A written order whose workorder was archived anew is visited before anything is said (case O29): it is due then.
alter table orders drop constraint a_settled_order_is_never_due;
alter table orders add constraint a_settled_order_is_due_for_a_visit_alone check (
  case state when 'refused' then due_at = 'infinity' when 'written' then due_at = 'infinity' or later_request is not null
    else true end);
create index orders_to_visit on orders (tenant_id, due_at) where state = 'written' and later_request is not null;

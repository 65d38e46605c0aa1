-- Simon's side of the synchronisation. simon-projector writes what comes from Unit4 (customers, articles) and what became
-- of workorders; Simon writes workorders, work addresses and what people add by hand. Readers choose from the views
-- usable_customers, usable_articles and usable_work_addresses, and take state 'removed' for absent.

-- The fence of rule A12: an event of a lower epoch than its tenant's is ignored for good. Whoever writes a tenant's rows
-- from events holds this row FOR SHARE; emptying and cleaning hold it FOR UPDATE.
create table tenant_epochs (
  tenant_id text primary key,
  epoch integer not null check (epoch >= 0)
);

-- A row's version is (epoch, revision, record_offset): only a greater one changes it, so replays change nothing (M14).
-- The offset, of one partition for ever, decides between two events of one scan. Added by hand: origin 'simon', epoch 0.
-- Room in each page lets most updates stay in it, which halves what they cost.
create table customers (
  tenant_id text not null,
  customer_id text not null,
  epoch integer not null default 0,
  revision bigint not null default 0,
  record_offset bigint not null default -1,
  origin text not null default 'simon' check (origin in ('unit4', 'simon')),
  state text not null default 'active' check (state in ('active', 'inactive', 'gone', 'unknown', 'removed')),
  organization_id bigint not null default 0,
  name text not null default '',
  short_name text not null default '',
  contact_person text not null default '',
  street1 text not null default '',
  street2 text not null default '',
  zip_code text not null default '',
  city text not null default '',
  country_id text not null default '',
  telephone text not null default '',
  mobile_phone text not null default '',
  email text not null default '',
  payment_condition_id text not null default '',
  vat_scenario_id integer,
  charge_vat_type_id integer not null default 1,
  -- {name, street1, street2, zipCode, city, countryId}; JSON null: looked up, there is none; SQL null: never looked up.
  invoice_address jsonb,
  changed_on date,
  observed_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Since when the cleaning leaves it because an open workorder uses it (M6).
  kept_since timestamptz,
  -- Whether the present version gave a warning, which the next version without one closes (L5).
  warned boolean not null default false,
  primary key (tenant_id, customer_id),
  constraint only_rows_from_unit4_have_a_version check ((origin = 'unit4') = (epoch > 0))
) with (fillfactor = 70);
create index customers_by_name on customers (tenant_id, name);
create index customers_to_clean on customers (tenant_id, customer_id)
  where state in ('inactive', 'gone') or (origin = 'simon' and state <> 'removed') or kept_since is not null;

create table articles (
  tenant_id text not null,
  article_id text not null,
  epoch integer not null default 0,
  revision bigint not null default 0,
  record_offset bigint not null default -1,
  origin text not null default 'simon' check (origin in ('unit4', 'simon')),
  state text not null default 'active' check (state in ('active', 'inactive', 'gone', 'unknown', 'removed')),
  description text not null default '',
  short_name text not null default '',
  group_id text not null default '',
  type integer not null default 0,
  unit text not null default '',
  quantity_scale integer not null default 2,
  price_excl_vat numeric not null default 0,
  price_incl_vat numeric not null default 0,
  vat_code_id integer not null default 0,
  ean_code text not null default '',
  changed_on date,
  observed_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  kept_since timestamptz,
  warned boolean not null default false,
  primary key (tenant_id, article_id),
  constraint only_rows_from_unit4_have_a_version check ((origin = 'unit4') = (epoch > 0))
) with (fillfactor = 70);
create index articles_by_description on articles (tenant_id, description);
create index articles_to_clean on articles (tenant_id, article_id)
  where state in ('inactive', 'gone') or (origin = 'simon' and state <> 'removed') or kept_since is not null;

-- Work addresses made in Simon (M8). The first one of a customer follows from its row: see known_work_addresses.
create table work_addresses (
  tenant_id text not null,
  work_address_id text not null,
  customer_id text not null,
  name text not null default '',
  street text not null default '',
  zip_code text not null default '',
  city text not null default '',
  country_id text not null default '',
  created_at timestamptz not null default now(),
  primary key (tenant_id, work_address_id),
  constraint ids_of_first_work_addresses_are_taken check (work_address_id not like 'unit4:%')
);
create index work_addresses_of_a_customer on work_addresses (tenant_id, customer_id);

create view usable_customers as select * from customers where state = 'active';
create view usable_articles as select * from articles where state = 'active';

-- Every work address of every customer that is there, the first one from Unit4: the invoice address, or the standard
-- address where there is none (M7).
create view known_work_addresses as
select
  tenant_id,
  'unit4:' || customer_id as work_address_id,
  customer_id,
  'unit4' as origin,
  coalesce(nullif(invoice_address ->> 'name', ''), name) as name,
  coalesce(invoice_address ->> 'street1', street1) as street,
  coalesce(invoice_address ->> 'zipCode', zip_code) as zip_code,
  coalesce(invoice_address ->> 'city', city) as city,
  coalesce(invoice_address ->> 'countryId', country_id) as country_id
from customers
where state <> 'removed' and origin = 'unit4'
union all
select
  own.tenant_id, own.work_address_id, own.customer_id, 'simon', own.name, own.street, own.zip_code, own.city, own.country_id
from work_addresses own
join customers using (tenant_id, customer_id)
where customers.state <> 'removed';

create view usable_work_addresses as
select known_work_addresses.*
from known_work_addresses
join usable_customers using (tenant_id, customer_id);

-- Written by Simon. Names and address are copies, so that an old workorder stays readable when its customer is gone (O15).
create table workorders (
  tenant_id text not null,
  workorder_id text not null,
  number text not null,
  customer_id text,
  customer_name text not null default '',
  -- {workAddressId, customerId, name, street, zipCode, city}
  work_address jsonb,
  description text not null default '',
  travel_minutes integer not null default 0,
  work_minutes integer not null default 0,
  -- [{articleId, quantity (plain decimal text), description}]
  materials jsonb not null default '[]' check (jsonb_typeof(materials) = 'array'),
  status text not null default 'open' check (status in ('open', 'ready', 'archived')),
  created_at timestamptz not null default now(),
  ready_at timestamptz,
  -- Milliseconds, as the event has them: the outcome is found by this very value.
  archived_at timestamptz(3),
  archived_by text not null default '',
  -- When the broker had the event of this archiving; null: it is still to be published.
  archived_published_at timestamptz,
  primary key (tenant_id, workorder_id),
  constraint numbers_are_unique_per_tenant unique (tenant_id, number),
  constraint archived_workorders_have_a_time check (status <> 'archived' or archived_at is not null)
);
create index open_workorders on workorders (tenant_id) where status <> 'archived';
create index workorders_by_time on workorders (tenant_id, created_at);
create index workorders_to_publish on workorders (archived_at) where status = 'archived' and archived_published_at is null;

-- Numbers go on after a tenant's workorders were emptied: an order in Unit4 is known by its workorder's number.
create table workorder_numbers (
  tenant_id text not null,
  year integer not null,
  last_number integer not null,
  primary key (tenant_id, year)
);

-- The functions below run with their owner's rights: a caller's temporary tables must not stand in for ours.
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

create function number_a_workorder() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  this_year constant integer := extract(year from now() at time zone 'Europe/Amsterdam');
  next_number integer;
begin
  insert into workorder_numbers as known (tenant_id, year, last_number) values (new.tenant_id, this_year, 1)
  on conflict (tenant_id, year) do update set last_number = known.last_number + 1
  returning last_number into next_number;
  new.number := 'WB-' || this_year || '-' || lpad(next_number::text, 6, '0');
  return new;
end $$;
create trigger number_a_workorder before insert on workorders
  for each row when (new.number is null) execute function number_a_workorder();

-- Rules M5 and M6 for every writer: an open workorder takes only what is usable at that moment, and the shared lock keeps
-- the cleaning, which needs the whole tenant, from removing it in between.
create function take_only_what_is_usable() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  taken text;
begin
  perform from tenant_epochs where tenant_id = new.tenant_id for share;
  if new.customer_id is distinct from old.customer_id and new.customer_id is not null and not exists (
    select from usable_customers where tenant_id = new.tenant_id and customer_id = new.customer_id
  ) then
    raise exception 'customer % cannot be used', new.customer_id
      using errcode = 'check_violation', constraint = 'a_workorder_takes_usable_customers';
  end if;
  select material ->> 'articleId' into taken
  from jsonb_array_elements(new.materials) material
  where not coalesce(old.materials, '[]') @> jsonb_build_array(jsonb_build_object('articleId', material -> 'articleId'))
    and not exists (
      select from usable_articles where tenant_id = new.tenant_id and article_id = material ->> 'articleId'
    )
  limit 1;
  if found then
    raise exception 'article % cannot be used', taken
      using errcode = 'check_violation', constraint = 'a_workorder_takes_usable_articles';
  end if;
  return new;
end $$;
create trigger take_only_what_is_usable before insert or update of customer_id, materials on workorders
  for each row when (new.status = 'open') execute function take_only_what_is_usable();

-- What became of an archived workorder (W16); its version is (archived_at, settled_at, record_offset).
create table workorder_outcomes (
  tenant_id text not null,
  workorder_id text not null,
  outcome text not null check (outcome in ('written', 'refused', 'skipped', 'unknown')),
  order_id text,
  code text not null,
  params jsonb not null,
  archived_at timestamptz(3) not null,
  settled_at timestamptz(3) not null,
  record_offset bigint not null,
  attempts integer not null,
  primary key (tenant_id, workorder_id)
);

-- A workorder archived without an outcome of that very archiving is waiting.
create view workorder_results as
select
  workorders.*,
  case
    when workorders.status <> 'archived' then workorders.status
    else coalesce(outcomes.outcome, 'waiting')
  end as result,
  outcomes.order_id, outcomes.code, outcomes.params, outcomes.settled_at, outcomes.attempts
from workorders
left join workorder_outcomes outcomes using (tenant_id, workorder_id, archived_at);

create table cleaning_schedules (
  tenant_id text primary key,
  next_due_at timestamptz not null,
  lease_until timestamptz,
  lease_token bigint not null default 0,
  last_run_at timestamptz,
  last_removed integer
);
create index cleanings_due on cleaning_schedules (next_due_at);

-- The next offset of each partition, moved in the transaction of its rows.
create table positions (
  consumer_group text,
  topic text,
  partition integer,
  next_offset bigint not null,
  primary key (consumer_group, topic, partition)
);

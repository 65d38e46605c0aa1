-- Rule A15: acts about a person are found without a look at all acts, of which there are three years. By a column: under row-level
-- security an index over a part of the details is not used, since taking it out might tell of rows that nobody may see.
alter table audit add column about text;

select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

create function note_whom_it_is_about() returns trigger
language plpgsql set search_path from current as $$
begin
  new.about := new.details ->> 'user';
  return new;
end $$;
create trigger audit_knows_whom_it_is_about before insert or update on audit
  for each row execute function note_whom_it_is_about();

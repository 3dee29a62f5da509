create table countries (code text primary key not null, name text not null);
create table ring_a (id integer primary key, next integer /*sqlite references ring_b (id) sqlite*/);
create table ring_b (id integer primary key, next integer references ring_a (id));
/*postgres alter table ring_a add foreign key (next) references ring_b (id); postgres*/
create table departments (id integer primary key, name text not null, head_id integer /*sqlite references people (id) sqlite*/);
create table people (
  id integer primary key, "first name" text not null, "last""name" text not null, full_name text generated always as ("first name" || ' ' || "last""name") stored,
  personnummer text unique, "e-post" text, mentor_id integer references people (id), department_id integer references departments (id), joined_on date, left_on date);
/*postgres alter table departments add foreign key (head_id) references people (id); postgres*/
create table profiles (person_id integer primary key references people (id), bio text, avatar text);
create table "order" ("group" integer primary key, "select" text, owner integer references people (id), "from" date not null, "user" text);
create table messages (
  id integer primary key, sender_id integer references people (id), recipient_id integer references people (id), body text, sent_on date);
create table notes (id integer primary key, owner_id integer references people (id), words text);
create table comments (id integer primary key, note_id integer not null references notes (id), words text);
create table subscriptions (id integer primary key, person_no text references people (personnummer), paper text);
create table relations (a integer not null references people (id), b integer not null references people (id), kind text, primary key (a, b));
create table groups (tenant integer not null, id integer not null, name text, primary key (tenant, id));
create table memberships (
  tenant integer not null, group_id integer not null, person_id integer not null references people (id), primary key (tenant, group_id, person_id),
  foreign key (tenant, group_id) references groups (tenant, id));
create table attendance (
  id integer primary key, tenant integer not null, group_id integer not null, person_id integer not null, seen_on date,
  foreign key (tenant, group_id, person_id) references memberships (tenant, group_id, person_id));
create table log_lines (person integer references people (id), ip text, line text);
create view people_by_mail as select id, "first name", "e-post" as email from people;

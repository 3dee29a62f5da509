insert into countries values ('SE', 'Sweden');
insert into ring_a values (1, null);
insert into ring_b values (1, 1);
insert into departments values (1, 'Sales', null);
insert into people (id, "first name", "last""name", personnummer, "e-post", mentor_id, department_id, joined_on, left_on) values
  (1, 'F1', 'L1', 'P1', 'p1@mail.example', null, 1, '2009-01-31', '2019-01-31'), (2, 'F2', 'L2', 'P2', 'p2@mail.example', 1, 1, '2015-01-31', null), (3, 'F3', 'L3', null, null, null, null, '2020-01-31', null);
update departments set head_id = 1;
insert into profiles values (1, 'bio', 'a1'), (2, 'bio', 'a2');
insert into "order" values (1, 'tea', 1, '2014-01-31', 'web'), (2, 'tea', 2, '2026-01-31', 'web'), (3, 'tea', null, '2014-01-31', 'web');
insert into messages values (1, 1, 2, 'hello', '2026-09-01'), (2, 2, 1, 'hello back', '2026-09-02'), (3, null, 2, 'system', '2019-01-01'), (4, 2, 3, 'old', '2019-01-01');
insert into notes values (1, 1, 'n1'), (2, 2, 'n2'), (3, null, 'n3');
insert into comments values (1, 1, 'c1'), (2, 2, 'c2'), (3, 3, 'c3');
insert into subscriptions values (1, 'P1', 'daily'), (2, 'P2', 'daily'), (3, null, 'daily');
insert into relations values (1, 2, 'knows'), (2, 3, 'knows');
insert into groups values (1, 1, 'G1'), (2, 1, 'G2');
insert into memberships values (1, 1, 1), (1, 1, 2), (2, 1, 2);
insert into attendance values (1, 1, 1, 1, '2018-01-01'), (2, 1, 1, 2, '2026-01-01');
insert into log_lines values (1, '192.0.2.1', 'in'), (2, '192.0.2.2', 'in'), (null, null, 'boot');

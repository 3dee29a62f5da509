insert into "AspNetRoles" values ('r1', 'admin', 'ADMIN', 's1');
insert into "AspNetUsers" values
  ('u1', 'one', 'ONE', 'u1@mail.example', 'U1@MAIL.EXAMPLE', true, 'h1', 's2', 's3', '08-1', false, false, null, true, 0, '2020-02-01', '2020-01-31'),
  ('u2', 'two', 'TWO', 'u2@mail.example', 'U2@MAIL.EXAMPLE', true, 'h2', 's4', 's5', null, false, true, null, true, 0, null, '2026-09-01');
insert into "AspNetRoleClaims" values (1, 'r1', 'may', 'all');
insert into "AspNetUserClaims" values (1, 'u1', 'likes', 'tea'), (2, 'u2', 'likes', 'coffee');
insert into "AspNetUserLogins" values ('id.example', 'k1', 'Id', 'u1'), ('id.example', 'k2', 'Id', 'u2');
insert into "AspNetUserRoles" values ('u1', 'r1'), ('u2', 'r1');
insert into "AspNetUserTokens" values ('u1', 'id.example', 'refresh', 't1'), ('u2', 'id.example', 'refresh', 't2');

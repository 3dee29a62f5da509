insert into "Artist" values (1, 'The Quartet');
insert into "Album" values (1, 'First Evening', 1);
insert into "Genre" values (1, 'Chamber');
insert into "MediaType" values (1, 'FLAC');
insert into "Track" values (1, 'Allegro', 1, 1, 1, 'Trad.', 180000, 1000, 9.90), (2, 'Adagio', 1, 1, 1, null, 240000, 1200, 9.90);
insert into "Playlist" values (1, 'Quiet');
insert into "PlaylistTrack" values (1, 1), (1, 2);
insert into "Employee" values
  (1, 'L1', 'F1', 'Manager', null, '1970-01-01', '2010-01-01', null, 'Street 1', 'Town', '11111', 'Sweden', '08-1', null, 'e1@shop.example'),
  (2, 'L2', 'F2', 'Agent', 1, '1980-01-01', '2012-01-01', '2020-06-30', 'Street 2', 'Town', '22222', 'Sweden', '08-2', null, 'e2@shop.example');
insert into "Customer" values
  (1, 'F3', 'L3', null, 'Street 3', 'Town', 'Sweden', '33333', '08-3', null, 'c1@mail.example', '2020-01-15', '2020-01-10', 2),
  (2, 'F4', 'L4', 'Company 4', 'Street 4', 'Town', 'Sweden', '44444', null, null, 'c2@mail.example', null, '2026-09-01', 1);
insert into "Invoice" values
  (1, 1, '2014-05-02', 'Street 3', 'Town', 'Sweden', '33333', 19.80), (2, 1, '2025-05-02', 'Street 3', 'Town', 'Sweden', '33333', 9.90),
  (3, 2, '2025-06-03', 'Street 4', 'Town', 'Sweden', '44444', 9.90);
insert into "InvoiceLine" values (1, 1, 1, 9.90, 1), (2, 1, 2, 9.90, 1), (3, 2, 1, 9.90, 1), (4, 3, 2, 9.90, 1);

insert into categories values (1, 'Beverages', 'Soft drinks');
insert into suppliers values (1, 'Supplier 1', 'Office', 'Street 1', '08-1', null);
insert into products values (1, 'Tea', 1, 1, 18.00, 0), (2, 'Coffee', 1, 1, 19.00, 0);
insert into shippers values (1, 'Carrier 1', '08-2');
insert into region values (1, 'North');
insert into territories values ('01581', 'Westboro', 1);
insert into employees values
  (1, 'L1', 'F1', 'Manager', 'Dr.', '1970-01-01', '2010-01-01', null, 'Street 2', 'Town', '08-3', '11', null, 'a note', null),
  (2, 'L2', 'F2', 'Agent', 'Ms.', '1980-01-01', '2011-01-01', '2019-12-31', 'Street 3', 'Town', '08-4', '12', null, null, 1);
insert into employee_territories values (1, '01581'), (2, '01581');
insert into customer_demographics values ('RET', 'Retail');
insert into customers values
  ('ALFA', 'Company A', 'Contact A', 'Owner', 'Street 4', 'Town', '11111', 'Sweden', '08-5', '2016-03-01'),
  ('BETA', 'Company B', 'Contact B', 'Owner', 'Street 5', 'Town', '22222', 'Sweden', '08-6', '2026-03-01');
insert into customer_customer_demo values ('ALFA', 'RET'), ('BETA', 'RET');
insert into orders values
  (1, 'ALFA', 2, '2016-03-01', '2016-03-05', 1, 10.00, 'Contact A', 'Street 4', 'Town', '11111'), (2, 'BETA', 1, '2026-03-01', null, 1, 12.00, 'Contact B', 'Street 5', 'Town', '22222');
insert into order_details values (1, 1, 18.00, 2), (1, 2, 19.00, 1), (2, 1, 18.00, 5);
insert into shipments values (1, 1, 1, 'box'), (2, 2, 1, 'pallet');

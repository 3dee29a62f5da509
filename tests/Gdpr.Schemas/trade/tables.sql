create table categories (category_id integer primary key, category_name text not null, description text);
create table suppliers (supplier_id integer primary key, company_name text not null, contact_name text, address text, phone text, homepage text);
create table products (
  product_id integer primary key, product_name text not null, supplier_id integer references suppliers (supplier_id), category_id integer references categories (category_id),
  unit_price numeric(10,2), discontinued integer not null);
create table shippers (shipper_id integer primary key, company_name text not null, phone text);
create table region (region_id integer primary key, region_description text not null);
create table territories (territory_id text primary key not null, territory_description text not null, region_id integer not null references region (region_id));
create table employees (
  employee_id integer primary key, last_name text not null, first_name text not null, title text, title_of_courtesy text, birth_date date, hire_date date, left_on date,
  address text, city text, home_phone text, extension text, photo text, notes text, reports_to integer references employees (employee_id));
create table employee_territories (
  employee_id integer not null references employees (employee_id), territory_id text not null references territories (territory_id), primary key (employee_id, territory_id));
create table customer_demographics (customer_type_id text primary key not null, customer_desc text);
create table customers (
  customer_id text primary key not null, company_name text not null, contact_name text, contact_title text, address text, city text, postal_code text, country text, phone text,
  last_order date);
create table customer_customer_demo (
  customer_id text not null references customers (customer_id), customer_type_id text not null references customer_demographics (customer_type_id),
  primary key (customer_id, customer_type_id));
create table orders (
  order_id integer primary key, customer_id text references customers (customer_id), employee_id integer references employees (employee_id), order_date date,
  shipped_date date, ship_via integer references shippers (shipper_id), freight numeric(10,2), ship_name text, ship_address text, ship_city text, ship_postal_code text);
create table order_details (
  order_id integer not null references orders (order_id), product_id integer not null references products (product_id), unit_price numeric(10,2) not null,
  quantity integer not null, primary key (order_id, product_id));
create table shipments (shipment_id integer primary key, order_id integer not null, product_id integer not null, description text,
  foreign key (order_id, product_id) references order_details (order_id, product_id));

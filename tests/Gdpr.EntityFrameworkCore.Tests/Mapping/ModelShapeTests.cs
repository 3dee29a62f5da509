using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Relational.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdpr.EntityFrameworkCore.Tests.Mapping;

/// <summary>Every shape that a model gives its tables is translated.</summary>
public sealed class ModelShapeTests
{
    private const string NameAndStreet = """ "name": "identity.name", "street": "contact.address" """;

    [Fact]
    public void An_owned_object_in_the_same_row_is_columns_of_the_record()
    {
        var mapping = Translation.DataSetOf(
            model => Customers(model, "Address").HasDataSet("crm.customers", records => records.Field("street", customer => customer.Address!.Street)).OwnsOne(customer => customer.Address),
            SourceCalls.Policy(NameAndStreet));

        mapping.Fields["street"].Columns.ShouldBe(["Address_Street"]);
        mapping.Children.ShouldBeEmpty();
    }

    [Fact]
    public void An_owned_object_with_a_table_of_its_own_goes_with_the_record()
    {
        var mapping = Translation.DataSetOf(
            model => Customers(model, "Address").HasDataSet("crm.customers", records => records.Field("street", customer => customer.Address!.Street))
                .OwnsOne(customer => customer.Address, address => address.ToTable("Addresses")),
            SourceCalls.Policy(NameAndStreet));

        mapping.Fields["street"].Columns.ShouldBeEmpty();
        mapping.Fields["street"].Beside!.Select(column => column.Text()).ShouldBe(["Addresses(CustomerId=Id)/Street"]);
        mapping.Children.Select(child => child.Text()).ShouldBe(["Addresses(CustomerId=Id) Delete"]);
    }

    [Fact]
    public void An_owned_collection_goes_with_the_record()
    {
        var mapping = Translation.DataSetOf(
            model => Customers(model, "Visits").HasDataSet("crm.customers", records => records.Field("street", ["Visits.Street"], null)).OwnsMany(customer => customer.Visits),
            SourceCalls.Policy(NameAndStreet));

        mapping.Children.Select(child => child.Text()).ShouldBe(["Visit(CustomerId=Id) Delete"]);
    }

    [Fact]
    public void An_owned_object_in_a_document_is_the_document()
    {
        var mapping = Translation.DataSetOf(
            model => Customers(model, "Address").HasDataSet("crm.customers", records => records.Field("street", customer => customer.Address!.Street))
                .OwnsOne(customer => customer.Address, address => address.ToJson("address")),
            SourceCalls.Policy(NameAndStreet));

        mapping.Fields["street"].Columns.ShouldBe(["address"]);
    }

    [Fact]
    public void A_complex_property_is_columns_of_the_record()
    {
        var mapping = Translation.DataSetOf(
            model => Customers(model, "Address").HasDataSet("crm.customers", records => records.Field("street", customer => customer.Address!.Street))
                .ComplexProperty(customer => customer.Address, address => address.IsRequired()),
            SourceCalls.Policy(NameAndStreet));

        mapping.Fields["street"].Columns.ShouldBe(["Address_Street"]);
    }

    [Fact]
    public void The_types_of_a_hierarchy_in_one_table_are_the_records_of_one_data_set()
    {
        var mapping = Translation.DataSetOf(
            model =>
            {
                Customers(model).HasDataSet("crm.customers");
                model.Entity<Company>().HasBaseType<Customer>();
            },
            SourceCalls.Policy(""" "name": "identity.name", "signatory": "identity.name" """));

        mapping.Table.ShouldBe("Customer");
        mapping.Fields["signatory"].Columns.ShouldBe(["Signatory"]);
    }

    [Fact]
    public void The_types_of_a_hierarchy_in_one_table_may_be_the_records_of_several_data_sets()
    {
        var (mapping, problems) = Translation.Of(
            model =>
            {
                Customers(model).HasDataSet("crm.customers");
                model.Entity<Company>().HasBaseType<Customer>().HasDataSet("crm.companies", companies => companies.Trigger("closed", company => company.Closed));
                model.Entity<Branch>().HasBaseType<Company>();
            },
            SourceCalls.Policy(
                dataSets: """, "companies": { "subject": "customer", "triggers": { "closed": { "whenNull": "notHappened" } }, "fields": { "signatory": "identity.name" } } """,
                more: """, "trade": { "purpose": "customer-service", "basis": { "contract": {} }, "data": ["crm.companies"], "retention": { "keep": "P1Y", "after": "closed" } } """));

        problems.ShouldBeEmpty();
        mapping.DataSets["crm.customers"].Only!.Select(only => $"{only.Key} {string.Join(',', only.Value)}").ShouldBe(["Discriminator Customer"]);
        mapping.DataSets["crm.companies"].Only!.Select(only => $"{only.Key} {string.Join(',', only.Value)}").ShouldBe(["Discriminator Branch,Company"]);
        mapping.DataSets["crm.companies"].Table.ShouldBe("Customer");
    }

    [Fact]
    public void Several_data_sets_in_a_hierarchy_with_tables_of_their_own_are_refused()
    {
        Translation.Of(
            model =>
            {
                Customers(model).UseTptMappingStrategy().HasDataSet("crm.customers");
                model.Entity<Company>().HasBaseType<Customer>().HasDataSet("crm.companies");
            },
            SourceCalls.Policy()).Problems[0].ShouldStartWith("crm.companies: the policy has no such data set");
        Translation.Of(
            model =>
            {
                Customers(model).UseTptMappingStrategy();
                model.Entity<Company>().HasBaseType<Customer>().HasDataSet("crm.customers");
            },
            SourceCalls.Policy()).Problems.ShouldHaveSingleItem().ShouldContain("Company shares the rows of table 'Customer' with the records of others");
    }

    [Fact]
    public void The_types_of_a_hierarchy_with_tables_of_their_own_go_with_their_base()
    {
        var mapping = Translation.DataSetOf(
            model =>
            {
                Customers(model).UseTptMappingStrategy().HasDataSet("crm.customers", records => records.Trigger("contract-ended", "Closed"));
                model.Entity<Company>().HasBaseType<Customer>();
            },
            SourceCalls.Policy(""" "name": "identity.name", "signatory": "identity.name" """));

        mapping.Table.ShouldBe("Customer");
        mapping.Children.Select(child => child.Text()).ShouldBe(["Company(Id=Id) Delete"]);
        mapping.Triggers["contract-ended"].Text().ShouldBe("Company(Id=Id)/Closed Iso");
    }

    [Fact]
    public void Keys_may_have_several_parts_and_triggers_no_property()
    {
        var mapping = Translation.DataSetOf(
            model =>
            {
                var entity = Customers(model).HasDataSet("crm.customers");
                entity.Property<int>("Tenant").HasColumnName("tenant_id");
                entity.HasKey("Tenant", "Id");
                entity.Ignore(customer => customer.ContractEnded);
                entity.Property<DateOnly?>("Gone").HasColumnName("gone_on").IsRetentionTrigger("contract-ended");
            },
            SourceCalls.Policy());

        mapping.Key.ShouldBe(["tenant_id", "Id"]);
        mapping.Triggers["contract-ended"].Text().ShouldBe("gone_on Iso");
    }

    [Fact]
    public void Rows_between_two_records_go_with_either()
    {
        var mapping = Translation.DataSetOf(
            model => Customers(model, "Tags").HasDataSet("crm.customers").HasMany(customer => customer.Tags).WithMany(tag => tag.Customers), SourceCalls.Policy());

        mapping.Children.Select(child => child.Text()).ShouldBe(["CustomerTag(CustomersId=Id) Delete"]);
    }

    [Fact]
    public void A_reference_to_a_record_of_the_same_kind_is_severed()
    {
        var mapping = Translation.DataSetOf(
            model => Customers(model).HasDataSet("crm.customers").HasOne<Customer>().WithMany().HasForeignKey("RecruiterId").IsRequired(false), SourceCalls.Policy());

        mapping.Children.Select(child => child.Text()).ShouldBe(["Customer(RecruiterId=Id) Sever"]);
    }

    [Fact]
    public void What_refers_to_the_records_goes_or_stays_as_the_model_says()
    {
        var mapping = Translation.DataSetOf(
            model =>
            {
                Customers(model).HasDataSet("crm.customers");
                model.Entity<Order>().HasOne(order => order.Customer).WithMany().OnDelete(DeleteBehavior.Cascade);
                model.Entity<Line>().HasOne(line => line.Order).WithMany(order => order.Lines).OnDelete(DeleteBehavior.Cascade);
                model.Entity<Line>().HasOne<Note>().WithMany().HasForeignKey("NoteId").IsRequired(false);
                model.Entity<Note>().HasOne<Customer>().WithMany().HasForeignKey("CustomerId").IsRequired(false).OnDelete(DeleteBehavior.SetNull);
            },
            SourceCalls.Policy());

        mapping.Children.Select(child => child.Text()).ShouldBe(["Note(CustomerId=Id) Sever", "Order(CustomerId=Id) Delete [Line(OrderId=Id) Delete]"], ignoreOrder: true);
    }

    [Fact]
    public void What_the_model_restricts_has_to_be_said()
    {
        static void Build(ModelBuilder model)
        {
            Customers(model).HasDataSet("crm.customers");
            model.Entity<Note>().HasOne<Customer>().WithMany().HasForeignKey("CustomerId").OnDelete(DeleteBehavior.Restrict);
        }

        Translation.Of(Build, SourceCalls.Policy()).Problems.ShouldHaveSingleItem()
            .ShouldBe("crm.customers: table 'Note' refers to 'Customer' (CustomerId), and the model does not say what becomes of its rows when a record is erased; "
                + "say it: Child(\"Note\", ChildAction.Delete) or ChildAction.Sever.");
        Translation.DataSetOf(Build, SourceCalls.Policy(), options => options.Map<Customer>("crm.customers", records => records.Child("Note", ChildAction.Delete)))
            .Children.Select(child => child.Text()).ShouldBe(["Note(CustomerId=Id) Delete"]);
    }

    [Fact]
    public void A_person_is_reached_over_several_references()
    {
        var policy = SourceCalls.Policy(""" "text": "free-text" """);
        var mapping = Translation.DataSetOf(
            model =>
            {
                Customers(model);
                model.Entity<Line>().HasOne(line => line.Order).WithMany(order => order.Lines);
                model.Entity<Line>().HasDataSet("crm.customers", lines => lines.Subject(line => line.Order!.Customer!.Person)
                    .Trigger("contract-ended", line => line.Order!.Customer!.ContractEnded).Excuse("text", "not here"));
            },
            policy);

        mapping.Subject.Text().ShouldBe("Order(Id=OrderId)/Customer(Id=CustomerId)/Person");
        mapping.Triggers["contract-ended"].Text().ShouldBe("Order(Id=OrderId)/Customer(Id=CustomerId)/ContractEnded Iso");
    }

    [Fact]
    public void A_trigger_in_a_collection_says_which_counts()
    {
        var mapping = Translation.DataSetOf(
            model =>
            {
                Customers(model, "Orders").HasDataSet("crm.customers", records => records.Trigger("contract-ended", customer => customer.Orders.Max(order => order.Booked)));
                model.Entity<Order>().HasOne(order => order.Customer).WithMany(customer => customer.Orders).OnDelete(DeleteBehavior.Cascade);
            },
            SourceCalls.Policy());

        mapping.Triggers["contract-ended"].Text().ShouldBe("Order(CustomerId=Id)/Booked Iso Max");
    }

    [Fact]
    public void A_trigger_over_many_to_many_goes_through_the_rows_between()
    {
        var mapping = Translation.DataSetOf(
            model => Customers(model, "Tags").HasDataSet("crm.customers", records => records.Trigger("contract-ended", "Tags.Retired", aggregate: TriggerAggregate.Min))
                .HasMany(customer => customer.Tags).WithMany(tag => tag.Customers),
            SourceCalls.Policy());

        mapping.Triggers["contract-ended"].Text().ShouldBe("CustomerTag(CustomersId=Id)/Tag(Id=TagsId)/Retired Iso Min");
    }

    /// <summary>Customers with some of what they may refer to.</summary>
    private static EntityTypeBuilder<Customer> Customers(ModelBuilder model, params string[] with)
    {
        var entity = model.Entity<Customer>();
        foreach (var left in new[] { "Address", "Visits", "Tags", "Orders" }.Except(with))
        {
            entity.Ignore(left);
        }

        return entity;
    }

    private class Customer
    {
        public int Id { get; set; }

        public string? Name { get; set; }

        public string Person { get; set; } = "";

        public DateOnly? ContractEnded { get; set; }

        public Address? Address { get; set; }

        public List<Visit> Visits { get; } = [];

        public List<Tag> Tags { get; } = [];

        public List<Order> Orders { get; } = [];
    }

    private sealed class Branch : Company;

    private class Company : Customer
    {
        public string? Signatory { get; set; }

        public DateOnly? Closed { get; set; }
    }

    private sealed class Address
    {
        public string? Street { get; set; }
    }

    private sealed class Visit
    {
        public int Id { get; set; }

        public string? Street { get; set; }
    }

    private sealed class Tag
    {
        public int Id { get; set; }

        public DateOnly? Retired { get; set; }

        public List<Customer> Customers { get; } = [];
    }

    private sealed class Order
    {
        public int Id { get; set; }

        public Customer? Customer { get; set; }

        public int CustomerId { get; set; }

        public DateOnly? Booked { get; set; }

        public List<Line> Lines { get; } = [];
    }

    private sealed class Line
    {
        public int Id { get; set; }

        public Order? Order { get; set; }

        public string? Text { get; set; }
    }

    private sealed class Note
    {
        public int Id { get; set; }
    }
}

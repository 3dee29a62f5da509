using Gdpr.EntityFrameworkCore.Hazards;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Relational.Mapping;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Schemas;

/// <summary>What goes wrong elsewhere, as a model: circles, shared rows, nullable owners, reserved words, a computed column, a key that is personal data, rows
/// without a key.</summary>
internal sealed class NastyContext(DbContextOptions<NastyContext> options) : DbContext(options)
{
    public static void Say(DbContextSourceOptions source) => source
        .Excuse("profiles.avatar", "Goes with the person.").Excuse("subscriptions.person_no", "Goes with the person.").Excuse("log_lines.ip", "Goes with the person.")
        .Accept<NastyPerson>(ModelHazard.PersonalKey, "What refers to it goes with the person.");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Plain("countries", "code", "code string, name string");
        modelBuilder.Plain("ring_a", "id", "id int, next int?");
        modelBuilder.Plain("ring_b", "id", "id int, next int?").To("ring_a", "next");
        modelBuilder.Plain("ring_a", "id", "id int, next int?").To("ring_b", "next");
        modelBuilder.Plain("groups", "tenant, id", "tenant int, id int, name string?");
        modelBuilder.Plain("departments", "id", "id int, name string, head_id int?");
        modelBuilder.Entity<NastyPerson>(person =>
        {
            person.ToTable("people").HasOne<NastyPerson>().WithMany().HasForeignKey(row => row.MentorId);
            person.HasOne("departments", null).WithMany().HasForeignKey(nameof(NastyPerson.DepartmentId));
            person.Property(row => row.FirstName).HasColumnName("first name");
            person.Property(row => row.LastName).HasColumnName("last\"name");
            person.Property(row => row.FullName).HasComputedColumnSql("\"first name\" || ' ' || \"last\"\"name\"", stored: true).IsNotPersonalData("Computed of the name, and empty with it.");
            person.Property(row => row.Mail).HasColumnName("e-post");
            person.HasDataSet("club.people", map => map
                .Subject(row => row.Id).Trigger("left", row => row.LeftOn).Trigger("joined", row => row.JoinedOn)
                .Field("name", row => row.FirstName, row => row.LastName).Field("number", row => row.Personnummer).Field("email", row => row.Mail)
                .Field("department", row => row.DepartmentId)
                .Child("people", ChildAction.Sever).Child("departments", ChildAction.Sever).Child("profiles", ChildAction.Delete)
                .Child("notes", ChildAction.Delete).Child("comments", ChildAction.Delete).Child("subscriptions", ChildAction.Delete).Child("relations", ChildAction.Delete)
                .Child("memberships", ChildAction.Delete).Child("attendance", ChildAction.Delete).Child("log_lines", ChildAction.Delete));
        });
        modelBuilder.Plain("departments", "id", "id int, name string, head_id int?").To<NastyPerson>("head_id");
        modelBuilder.Plain("profiles", "person_id", "person_id int, bio string?, avatar string?").HasOne(typeof(NastyPerson), null).WithOne().HasForeignKey("profiles", "person_id");
        modelBuilder.Entity<NastyOrder>(order =>
        {
            order.ToTable("order").HasKey(row => row.Group);
            order.HasOne<NastyPerson>().WithMany().HasForeignKey(row => row.Owner);
            order.HasDataSet("club.orders", map => map.Subject(row => row.Owner).Trigger("placed", row => row.From).Field("order", row => row.Select, row => row.User));
        });
        modelBuilder.Entity<NastyMessage>(message =>
        {
            message.ToTable("messages").HasOne<NastyPerson>().WithMany().HasForeignKey(row => row.SenderId);
            message.HasOne<NastyPerson>().WithMany().HasForeignKey(row => row.RecipientId);
            message.HasDataSet("club.messages", map => map
                .Owner("sender", row => row.SenderId).Mentions("recipient", row => row.RecipientId).Trigger("sent", row => row.SentOn).Field("body", row => row.Body));
        });
        modelBuilder.Plain("notes", "id", "id int, owner_id int?, words string?").To<NastyPerson>("owner_id");
        modelBuilder.Plain("comments", "id", "id int, note_id int, words string?").To("notes", "note_id");
        modelBuilder.Plain("subscriptions", "id", "id int, person_no string?, paper string?")
            .HasOne(typeof(NastyPerson), null).WithMany().HasForeignKey("person_no").HasPrincipalKey(nameof(NastyPerson.Personnummer));
        modelBuilder.Plain("relations", "a, b", "a int, b int, kind string?").To<NastyPerson>("a").To<NastyPerson>("b");
        modelBuilder.Plain("memberships", "tenant, group_id, person_id", "tenant int, group_id int, person_id int")
            .To<NastyPerson>("person_id").To("groups", "tenant", "group_id");
        modelBuilder.Plain("attendance", "id", "id int, tenant int, group_id int, person_id int, seen_on date?").To("memberships", "tenant", "group_id", "person_id");
        modelBuilder.Plain("log_lines", "", "person int?, ip string?, line string?").To<NastyPerson>("person");
        modelBuilder.SnakeCase();
    }
}

internal sealed class NastyPerson
{
    public int Id { get; set; }

    public string? FirstName { get; set; }

    public string? LastName { get; set; }

    public string? FullName { get; set; }

    public string Personnummer { get; set; } = "";

    public string? Mail { get; set; }

    public int? MentorId { get; set; }

    public int? DepartmentId { get; set; }

    public DateOnly? JoinedOn { get; set; }

    public DateOnly? LeftOn { get; set; }
}

internal sealed class NastyOrder
{
    public int Group { get; set; }

    public string? Select { get; set; }

    public int? Owner { get; set; }

    public DateOnly From { get; set; }

    public string? User { get; set; }
}

internal sealed class NastyMessage
{
    public int Id { get; set; }

    public int? SenderId { get; set; }

    public int? RecipientId { get; set; }

    public string? Body { get; set; }

    public DateOnly? SentOn { get; set; }
}

using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.Relational.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdpr.EntityFrameworkCore.Tests.Coverage;

/// <summary>A shop for music, whose classes say nothing of personal data: the model does.</summary>
internal sealed class MusicContext(DbContextOptions<MusicContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Artist>().ToTable("Artist");
        modelBuilder.Entity<Album>().ToTable("Album").HasOne<Artist>().WithMany().HasForeignKey(album => album.ArtistId);
        modelBuilder.Entity<Genre>().ToTable("Genre");
        modelBuilder.Entity<MediaType>().ToTable("MediaType");
        modelBuilder.Entity<Track>(track =>
        {
            track.ToTable("Track").HasOne<Album>().WithMany().HasForeignKey(row => row.AlbumId);
            track.HasOne<Genre>().WithMany().HasForeignKey(row => row.GenreId);
            track.HasOne<MediaType>().WithMany().HasForeignKey(row => row.MediaTypeId);
        });
        modelBuilder.Entity<Playlist>().ToTable("Playlist").HasMany<Track>().WithMany().UsingEntity(
            "PlaylistTrack",
            track => track.HasOne(typeof(Track)).WithMany().HasForeignKey("TrackId"),
            list => list.HasOne(typeof(Playlist)).WithMany().HasForeignKey("PlaylistId"));
        Employees(modelBuilder, map => map.Child("Employee", ChildAction.Sever).Child("Customer", ChildAction.Sever))
            .HasOne<Employee>().WithMany().HasForeignKey(row => row.ReportsTo);
        Customers(modelBuilder).HasOne<Employee>().WithMany().HasForeignKey(row => row.SupportRepId);
        modelBuilder.Entity<Invoice>(invoice =>
        {
            invoice.ToTable("Invoice").HasOne(row => row.Customer).WithMany().HasForeignKey("CustomerId");
            invoice.HasDataSet("music.invoices", map => map
                .Subject("CustomerId").Trigger("booked", row => row.InvoiceDate)
                .Field("address", row => row.BillingAddress, row => row.BillingCity, row => row.BillingPostalCode, row => row.BillingCountry)
                .Field("amount", row => row.Total).Child("InvoiceLine", ChildAction.Delete));
        });
        modelBuilder.Entity<InvoiceLine>(line =>
        {
            line.ToTable("InvoiceLine").HasOne<Invoice>().WithMany().HasForeignKey(row => row.InvoiceId);
            line.HasOne<Track>().WithMany().HasForeignKey(row => row.TrackId);
        });
    }

    /// <summary>The employees, whatever refers to them.</summary>
    public static EntityTypeBuilder<Employee> Employees(ModelBuilder modelBuilder, Action<RecordMapBuilder<Employee>>? more = null) =>
        modelBuilder.Entity<Employee>().ToTable("Employee").HasDataSet("music.employees", map =>
        {
            map.Subject(row => row.EmployeeId).Trigger("employment-ended", row => row.LeftOn).Trigger("hired", row => row.HireDate)
                .Field("name", row => row.FirstName, row => row.LastName).Field("born", row => row.BirthDate).Field("employment", row => row.Title)
                .Field("address", row => row.Address, row => row.City, row => row.PostalCode, row => row.Country)
                .Field("phone", row => row.Phone, row => row.Fax).Field("email", row => row.Email);
            more?.Invoke(map);
        });

    /// <summary>The customers, whatever they refer to.</summary>
    public static EntityTypeBuilder<Customer> Customers(ModelBuilder modelBuilder, Action<RecordMapBuilder<Customer>>? more = null) =>
        modelBuilder.Entity<Customer>().ToTable("Customer").HasDataSet("music.customers", map =>
        {
            map.Subject(row => row.CustomerId).Trigger("account-closed", row => row.ClosedOn).Trigger("last-contact", row => row.SeenOn)
                .Field("name", row => row.FirstName, row => row.LastName).Field("company", row => row.Company)
                .Field("address", row => row.Address, row => row.City, row => row.PostalCode, row => row.Country)
                .Field("phone", row => row.Phone, row => row.Fax).Field("email", row => row.Email);
            more?.Invoke(map);
        });
}

/// <summary>The part of the shop that an older application sees.</summary>
internal sealed class SalesContext(DbContextOptions<SalesContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Artist>().ToTable("Artist");
        modelBuilder.Entity<Genre>().ToTable("Genre").Property<string?>("Mood");
    }
}

internal sealed class Artist
{
    public int ArtistId { get; set; }

    public string? Name { get; set; }
}

internal sealed class Album
{
    public int AlbumId { get; set; }

    public string Title { get; set; } = "";

    public int ArtistId { get; set; }
}

internal sealed class Genre
{
    public int GenreId { get; set; }

    public string? Name { get; set; }
}

internal sealed class MediaType
{
    public int MediaTypeId { get; set; }

    public string? Name { get; set; }
}

internal sealed class Track
{
    public int TrackId { get; set; }

    public string Name { get; set; } = "";

    public int? AlbumId { get; set; }

    public int MediaTypeId { get; set; }

    public int? GenreId { get; set; }

    public string? Composer { get; set; }

    public int Milliseconds { get; set; }

    public int? Bytes { get; set; }

    public decimal UnitPrice { get; set; }
}

internal sealed class Playlist
{
    public int PlaylistId { get; set; }

    public string? Name { get; set; }
}

internal sealed class Employee
{
    public int EmployeeId { get; set; }

    public string LastName { get; set; } = "";

    public string FirstName { get; set; } = "";

    public string? Title { get; set; }

    public int? ReportsTo { get; set; }

    public DateOnly? BirthDate { get; set; }

    public DateOnly? HireDate { get; set; }

    public DateOnly? LeftOn { get; set; }

    public string? Address { get; set; }

    public string? City { get; set; }

    public string? PostalCode { get; set; }

    public string? Country { get; set; }

    public string? Phone { get; set; }

    public string? Fax { get; set; }

    public string? Email { get; set; }
}

internal sealed class Customer
{
    public int CustomerId { get; set; }

    public string FirstName { get; set; } = "";

    public string LastName { get; set; } = "";

    public string? Company { get; set; }

    public string? Address { get; set; }

    public string? City { get; set; }

    public string? Country { get; set; }

    public string? PostalCode { get; set; }

    public string? Phone { get; set; }

    public string? Fax { get; set; }

    public string Email { get; set; } = "";

    public DateOnly? ClosedOn { get; set; }

    public DateOnly? SeenOn { get; set; }

    public int? SupportRepId { get; set; }
}

internal sealed class Invoice
{
    public int InvoiceId { get; set; }

    public Customer? Customer { get; set; }

    public DateOnly InvoiceDate { get; set; }

    public string? BillingAddress { get; set; }

    public string? BillingCity { get; set; }

    public string? BillingCountry { get; set; }

    public string? BillingPostalCode { get; set; }

    public decimal Total { get; set; }
}

internal sealed class InvoiceLine
{
    public int InvoiceLineId { get; set; }

    public int InvoiceId { get; set; }

    public int TrackId { get; set; }

    public decimal UnitPrice { get; set; }

    public int Quantity { get; set; }
}

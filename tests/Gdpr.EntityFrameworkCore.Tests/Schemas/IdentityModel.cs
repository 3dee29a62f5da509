using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Relational.Mapping;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Schemas;

/// <summary>ASP.NET Core Identity's own classes, in the tables that its contexts give them; what is personal in them is said where the source is added.</summary>
internal sealed class IdentityContext(DbContextOptions<IdentityContext> options) : DbContext(options)
{
    public static void Say(DbContextSourceOptions source) => source.Map<Member>("web.users", map => map
        .Subject(user => user.Id).Trigger("account-closed", user => user.ClosedOn).Trigger("last-login", user => user.SeenOn)
        .Field("user-name", user => user.UserName, user => user.NormalizedUserName)
        .Field("email", user => user.Email, user => user.NormalizedEmail, user => user.EmailConfirmed)
        .Field("password", user => user.PasswordHash, user => user.SecurityStamp)
        .Field("phone", user => user.PhoneNumber, user => user.PhoneNumberConfirmed)
        .Field("settings", user => user.TwoFactorEnabled, user => user.LockoutEnd, user => user.LockoutEnabled, user => user.AccessFailedCount)
        .Child("AspNetUserClaims", ChildAction.Delete).Child("AspNetUserLogins", ChildAction.Delete)
        .Child("AspNetUserRoles", ChildAction.Delete).Child("AspNetUserTokens", ChildAction.Delete))
        .Excuse<IdentityUserToken<string>>("Goes with the account.")
        .Excuse("AspNetUsers.ConcurrencyStamp", "A random number that changes with the row.");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Member>(user =>
        {
            user.ToTable("AspNetUsers").Property(row => row.ConcurrencyStamp).IsConcurrencyToken();
            user.HasMany<IdentityUserClaim<string>>().WithOne().HasForeignKey(row => row.UserId).IsRequired();
            user.HasMany<IdentityUserLogin<string>>().WithOne().HasForeignKey(row => row.UserId).IsRequired();
            user.HasMany<IdentityUserToken<string>>().WithOne().HasForeignKey(row => row.UserId).IsRequired();
            user.HasMany<IdentityUserRole<string>>().WithOne().HasForeignKey(row => row.UserId).IsRequired();
        });
        modelBuilder.Entity<IdentityUserClaim<string>>().ToTable("AspNetUserClaims").HasKey(row => row.Id);
        modelBuilder.Entity<IdentityUserLogin<string>>().ToTable("AspNetUserLogins").HasKey(row => new { row.LoginProvider, row.ProviderKey });
        modelBuilder.Entity<IdentityUserToken<string>>().ToTable("AspNetUserTokens").HasKey(row => new { row.UserId, row.LoginProvider, row.Name });
        modelBuilder.Entity<IdentityRole>(role =>
        {
            role.ToTable("AspNetRoles").HasKey(row => row.Id);
            role.HasMany<IdentityUserRole<string>>().WithOne().HasForeignKey(row => row.RoleId).IsRequired();
            role.HasMany<IdentityRoleClaim<string>>().WithOne().HasForeignKey(row => row.RoleId).IsRequired();
        });
        modelBuilder.Entity<IdentityRoleClaim<string>>().ToTable("AspNetRoleClaims").HasKey(row => row.Id);
        modelBuilder.Entity<IdentityUserRole<string>>().ToTable("AspNetUserRoles").HasKey(row => new { row.UserId, row.RoleId });
    }
}

internal sealed class Member : IdentityUser
{
    public DateOnly? ClosedOn { get; set; }

    public DateOnly? SeenOn { get; set; }
}

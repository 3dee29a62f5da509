using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Coverage;

/// <summary>The accounts of a web application, marked by attributes; what goes with an account is said in the model.</summary>
internal sealed class AccountsContext(DbContextOptions<AccountsContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Account>().ToTable("AspNetUsers").HasDataSet("web.users", map => map
            .Child("AspNetUserClaims", ChildAction.Delete).Child("AspNetUserLogins", ChildAction.Delete)
            .Child("AspNetUserRoles", ChildAction.Delete).Child("AspNetUserTokens", ChildAction.Delete));
        modelBuilder.Entity<AccountRole>().ToTable("AspNetRoles");
        modelBuilder.Entity<RoleClaim>().ToTable("AspNetRoleClaims").HasOne<AccountRole>().WithMany().HasForeignKey(claim => claim.RoleId);
        modelBuilder.Entity<AccountClaim>().ToTable("AspNetUserClaims").HasOne<Account>().WithMany().HasForeignKey(claim => claim.UserId);
        modelBuilder.Entity<AccountLogin>(login =>
        {
            login.ToTable("AspNetUserLogins").HasKey(row => new { row.LoginProvider, row.ProviderKey });
            login.HasOne<Account>().WithMany().HasForeignKey(row => row.UserId);
        });
        modelBuilder.Entity<AccountToken>(token =>
        {
            token.ToTable("AspNetUserTokens").HasKey(row => new { row.UserId, row.LoginProvider, row.Name });
            token.HasOne<Account>().WithMany().HasForeignKey(row => row.UserId);
        });
        modelBuilder.Entity<Account>().HasMany<AccountRole>().WithMany().UsingEntity(
            "AspNetUserRoles",
            role => role.HasOne(typeof(AccountRole)).WithMany().HasForeignKey("RoleId"),
            user => user.HasOne(typeof(Account)).WithMany().HasForeignKey("UserId"));
    }
}

[DataSet("web.users")]
internal sealed class Account
{
    [DataSubjectId]
    public string Id { get; set; } = "";

    [DataCategory("account.username")]
    public string? UserName { get; set; }

    [DataCategory("account.username")]
    public string? NormalizedUserName { get; set; }

    [DataCategory("contact.email")]
    public string? Email { get; set; }

    [DataCategory("contact.email")]
    public string? NormalizedEmail { get; set; }

    [DataCategory("contact.email")]
    public bool EmailConfirmed { get; set; }

    [DataCategory("account.password")]
    public string? PasswordHash { get; set; }

    [DataCategory("account.password")]
    public string? SecurityStamp { get; set; }

    [NotPersonalData("A random number that changes with the row.")]
    public string? ConcurrencyStamp { get; set; }

    [DataCategory("contact.phone")]
    public string? PhoneNumber { get; set; }

    [DataCategory("contact.phone")]
    public bool PhoneNumberConfirmed { get; set; }

    [DataCategory("account.settings")]
    public bool TwoFactorEnabled { get; set; }

    [DataCategory("account.settings")]
    public DateTime? LockoutEnd { get; set; }

    [DataCategory("account.settings")]
    public bool LockoutEnabled { get; set; }

    [DataCategory("account.settings")]
    public int AccessFailedCount { get; set; }

    [RetentionTrigger("account-closed")]
    public DateOnly? ClosedOn { get; set; }

    [RetentionTrigger("last-login")]
    public DateOnly? SeenOn { get; set; }
}

internal sealed class AccountRole
{
    public string Id { get; set; } = "";

    public string? Name { get; set; }

    public string? NormalizedName { get; set; }

    public string? ConcurrencyStamp { get; set; }
}

internal sealed class RoleClaim
{
    public int Id { get; set; }

    public string RoleId { get; set; } = "";

    public string? ClaimType { get; set; }

    public string? ClaimValue { get; set; }
}

internal sealed class AccountClaim
{
    public int Id { get; set; }

    public string UserId { get; set; } = "";

    public string? ClaimType { get; set; }

    public string? ClaimValue { get; set; }
}

internal sealed class AccountLogin
{
    public string LoginProvider { get; set; } = "";

    public string ProviderKey { get; set; } = "";

    public string? ProviderDisplayName { get; set; }

    public string UserId { get; set; } = "";
}

internal sealed class AccountToken
{
    public string UserId { get; set; } = "";

    public string LoginProvider { get; set; } = "";

    public string Name { get; set; } = "";

    public string? Value { get; set; }
}

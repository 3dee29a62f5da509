using Gdpr.EntityFrameworkCore.Access;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>How a context uses the library.</summary>
public sealed class GdprContextOptions
{
    internal GdprContextOptions()
    {
    }

    /// <summary>What becomes of statements that would pass by what guards records. They are refused unless the host says otherwise.</summary>
    public BypassReaction Bypasses { get; set; } = BypassReaction.Refuse;

    internal AccessJournalOptions? Access { get; private set; }

    /// <summary>Has reads and changes of personal data journalled (Art. 5(2), 32): who, whose, which categories, for which purpose, when; never values.</summary>
    /// <param name="actor">Gives the id of whoever acts through a context, as the host names its users and jobs.</param>
    /// <param name="configure">Changes more.</param>
    /// <remarks>One entry per command and data set for reads, before the caller has the result; one per data set and kind of change for <c>SaveChanges</c>, in
    /// the same transaction where the journal is in the context's database, otherwise after it. If recording fails, the call fails. A query that gives no
    /// objects of entity types is recorded without the people.</remarks>
    public GdprContextOptions JournalAccess(Func<DbContext, string> actor, Action<AccessJournalOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(actor);
        Access = new AccessJournalOptions(actor);
        configure?.Invoke(Access);
        return this;
    }
}

/// <summary>What becomes of a statement that would pass by what guards records.</summary>
public enum BypassReaction
{
    /// <summary>It is not run, and an exception names what to do instead.</summary>
    Refuse,

    /// <summary>It is run, and a warning is logged: for adopting the library in an existing application. Queries are logged when they are compiled, once each.</summary>
    Warn,
}

namespace Microsoft.EntityFrameworkCore;

/// <summary>How a context uses the library.</summary>
public sealed class GdprContextOptions
{
    internal GdprContextOptions()
    {
    }

    /// <summary>What becomes of statements that would pass by what guards records. They are refused unless the host says otherwise.</summary>
    public BypassReaction Bypasses { get; set; } = BypassReaction.Refuse;
}

/// <summary>What becomes of a statement that would pass by what guards records.</summary>
public enum BypassReaction
{
    /// <summary>It is not run, and an exception names what to do instead.</summary>
    Refuse,

    /// <summary>It is run, and a warning is logged: for adopting the library in an existing application. Queries are logged when they are compiled, once each.</summary>
    Warn,
}

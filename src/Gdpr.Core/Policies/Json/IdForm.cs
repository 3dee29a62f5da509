using System.Text.RegularExpressions;

namespace Gdpr.Policies.Json;

/// <summary>What an id may look like.</summary>
/// <remarks>Ids are compared letter by letter and stand in tables, paths and file headings: so only plain letters, digits and three marks.</remarks>
internal sealed partial class IdForm
{
    private readonly Regex _regex;

    private IdForm(Regex regex, string description)
    {
        _regex = regex;
        Description = description;
    }

    /// <summary>Ids that may be divided by dots, such as <c>contact.email</c>.</summary>
    public static IdForm Dotted { get; } = new(DottedIds(), "letters a to z, digits, dots, hyphens and underscores, starting with a letter or digit");

    /// <summary>Ids that are parts of a data path, in which dots divide: systems, data sets, fields, triggers.</summary>
    public static IdForm Plain { get; } = new(PlainIds(), "letters a to z, digits, hyphens and underscores, without dots, starting with a letter or digit");

    /// <summary>What is accepted, to follow "made of".</summary>
    public string Description { get; }

    /// <summary>The pattern for the schema, whose dialect has no end anchor but <c>$</c>.</summary>
    public string Pattern => _regex.ToString().Replace("\\A", "^", StringComparison.Ordinal).Replace("\\z", "$", StringComparison.Ordinal);

    public bool Accepts(string id) => _regex.IsMatch(id);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DottedIds();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainIds();
}

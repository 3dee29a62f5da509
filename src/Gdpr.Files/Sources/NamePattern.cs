using System.Text;
using System.Text.RegularExpressions;

namespace Gdpr.Files.Sources;

/// <summary>A pattern of paths below a folder.</summary>
internal sealed class NamePattern
{
    private readonly Regex _expression;

    private NamePattern(Regex expression) => _expression = expression;

    /// <summary>What is wrong with a pattern, or <see langword="null"/>.</summary>
    public static string? ProblemOf(string pattern)
    {
        var names = pattern.Split('/');
        return Array.Exists(names, name => name is "" or "." or "..") || Path.IsPathRooted(pattern)
            ? $"The pattern '{pattern}' has to stay below the source's folder: write names with single slashes between them, without '.' and '..'."
            : null;
    }

    public static NamePattern Of(string pattern)
    {
        var expression = new StringBuilder("^");
        var names = pattern.Split('/');
        for (var i = 0; i < names.Length; i++)
        {
            var isLast = i == names.Length - 1;
            expression.Append(names[i] switch
            {
                "**" => isLast ? ".+" : "(?:[^/]+/)*",
                var name => Regex.Escape(name).Replace("\\*", "[^/]*", StringComparison.Ordinal).Replace("\\?", "[^/]", StringComparison.Ordinal) + (isLast ? "" : "/"),
            });
        }

        return new NamePattern(new Regex(expression.Append("\\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline));
    }

    public bool Matches(string key) => _expression.IsMatch(key);
}

using System.Text;
using System.Text.RegularExpressions;

namespace Gdpr.Files.Sources;

/// <summary>A pattern of paths below a folder.</summary>
internal sealed class NamePattern
{
    private const string AnyFolders = "**";

    private readonly Regex _expression;
    private readonly Regex[] _names;
    private readonly bool _hasAnyDepth;

    private NamePattern(Regex expression, string[] names)
    {
        _expression = expression;
        _hasAnyDepth = names.Contains(AnyFolders);
        _names = [.. names.TakeWhile(name => name != AnyFolders).Select(name => Whole(ExpressionOf(name)))];
    }

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
        var expression = new StringBuilder();
        var names = pattern.Split('/');
        for (var i = 0; i < names.Length; i++)
        {
            var isLast = i == names.Length - 1;
            expression.Append(names[i] switch
            {
                AnyFolders => isLast ? ".+" : "(?:[^/]+/)*",
                var name => ExpressionOf(name) + (isLast ? "" : "/"),
            });
        }

        return new NamePattern(Whole(expression.ToString()), names);
    }

    public bool Matches(string key) => _expression.IsMatch(key);

    /// <summary>Whether something in a folder, at any depth, may match.</summary>
    public bool ReachesBelow(string folder)
    {
        var names = folder.Split('/');
        return (_hasAnyDepth || names.Length < _names.Length) && names.Zip(_names).All(one => one.Second.IsMatch(one.First));
    }

    private static string ExpressionOf(string name) =>
        Regex.Escape(name).Replace("\\*", "[^/]*", StringComparison.Ordinal).Replace("\\?", "[^/]", StringComparison.Ordinal);

    private static Regex Whole(string expression) =>
        new($"^{expression}\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
}

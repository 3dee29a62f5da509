using System.Globalization;
using System.Security.Cryptography;
using Gdpr.Retention;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>What a query is for. It travels as a tag, which EF Core writes in front of the query's commands.</summary>
/// <param name="Purpose">The purpose, or <see langword="null"/>.</param>
/// <param name="Use">What restricted data is used for, or <see langword="null"/>.</param>
/// <param name="IsAnybodys">Whether it is for whichever purpose may.</param>
internal sealed record QueryPurpose(string? Purpose, AllowedUse? Use, bool IsAnybodys = false)
{
    // Nobody outside this process knows it: a tag made of somebody's input is no purpose.
    private static readonly string Head = $"gdpr {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))} ";

    public static QueryPurpose None { get; } = new(null, null);

    /// <summary>Whatever some purpose may see: what a context holds already has been read for one of them.</summary>
    public static QueryPurpose Anybodys { get; } = new(null, null, IsAnybodys: true);

    public string Tag => string.Create(CultureInfo.InvariantCulture, $"{Head}use:{Use?.ToString() ?? "-"} purpose:{Purpose ?? (IsAnybodys ? "*" : "-")}");

    /// <summary>Reads a tag; <see langword="null"/> for one that is not of this class.</summary>
    public static QueryPurpose? Of(ReadOnlySpan<char> tag)
    {
        if (!tag.StartsWith(Head, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = tag[Head.Length..];
        var use = rest["use:".Length..rest.IndexOf(' ')];
        var purpose = rest[(rest.IndexOf(' ') + " purpose:".Length)..];
        return new QueryPurpose(purpose is "-" or "*" ? null : purpose.ToString(), use is "-" ? null : Enum.Parse<AllowedUse>(use), purpose is "*");
    }

    /// <summary>Reads what the command of a query is for.</summary>
    /// <exception cref="InvalidOperationException">It is for several things at once.</exception>
    public static QueryPurpose OfCommand(string text)
    {
        QueryPurpose? found = null;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty)
            {
                continue;
            }

            if (!line.StartsWith("-- ", StringComparison.Ordinal))
            {
                break;
            }

            if (Of(line[3..]) is { } next)
            {
                found = found is null || found == next ? next : throw new InvalidOperationException(
                    $"One query is for several purposes ({found.Purpose ?? "none"} and {next.Purpose ?? "none"}): ask once for each.");
            }
        }

        return found ?? None;
    }
}

namespace Gdpr.Consents;

/// <summary>One-click unsubscription as RFC 8058 has it: which headers a message carries, and which request unsubscribes.</summary>
public static class OneClick
{
    private const string Name = "List-Unsubscribe";
    private const string Value = "One-Click";
    private const int LongestBody = 4096;

    /// <summary>Whether a request unsubscribes: a POST whose body says so. Scanners follow links with GET: that never does.</summary>
    /// <param name="method">The method.</param>
    /// <param name="contentType">The content type: a form, <c>application/x-www-form-urlencoded</c> or <c>multipart/form-data</c>.</param>
    /// <param name="body">The body.</param>
    public static bool Unsubscribes(string method, string? contentType, string? body)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (!string.Equals(method, "POST", StringComparison.OrdinalIgnoreCase) || contentType is null || body is not { Length: > 0 and <= LongestBody })
        {
            return false;
        }

        var type = contentType.Split(';')[0].Trim();
        return type.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ? IsInForm(body)
            : type.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) && IsInParts(contentType, body);
    }

    private static bool IsInForm(string body) => body.Trim().Split('&').Contains($"{Name}={Value}", StringComparer.Ordinal);

    private static bool IsInParts(string contentType, string body)
    {
        const string Boundary = "boundary=";
        var parameter = contentType.Split(';').Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith(Boundary, StringComparison.OrdinalIgnoreCase));
        if (parameter?[Boundary.Length..].Trim('"') is not { Length: > 0 } boundary)
        {
            return false;
        }

        return body.ReplaceLineEndings("\n").Split($"--{boundary}", StringSplitOptions.None).Any(part =>
            part.Split("\n\n", 2) is [var head, var content] && content.Trim('\n') == Value
            && (head.Contains($"name=\"{Name}\"", StringComparison.Ordinal) || head.Contains($"name={Name}\n", StringComparison.Ordinal)));
    }
}

/// <summary>The headers that a message carries so that its reader can unsubscribe with one click (RFC 2369, RFC 8058). Both are to be signed with DKIM.</summary>
/// <param name="ListUnsubscribe">The value of <c>List-Unsubscribe</c>.</param>
/// <param name="ListUnsubscribePost">The value of <c>List-Unsubscribe-Post</c>.</param>
/// <param name="Link">The link itself, for the text of the message.</param>
public sealed record UnsubscribeHeaders(string ListUnsubscribe, string ListUnsubscribePost, Uri Link);

/// <summary>What a request on an unsubscribe link led to.</summary>
public enum OneClickOutcome
{
    /// <summary>The person is unsubscribed. The answer needs no content.</summary>
    Unsubscribed,

    /// <summary>The request only looks: show a page with a button that posts <c>List-Unsubscribe=One-Click</c> to the same link.</summary>
    ShowPage,

    /// <summary>The request is none that unsubscribes: answer 400.</summary>
    NotOneClick,

    /// <summary>The link was not made here, or its time is over: answer 404, and tell how to unsubscribe otherwise.</summary>
    UnknownLink,
}

using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Rights;

public sealed partial class DataSubjectRequests
{
    private const int LongestCode = 128;

    /// <summary>The controller to which a request is handed: the one that is named, or the client whose person asks.</summary>
    private string? ClientOf(RequestIntake intake, string controller)
    {
        if (_parts.Policy().Controllers.ContainsKey(controller))
        {
            return intake.ForController;
        }

        return intake.ForController is null || intake.ForController == controller
            ? controller
            : throw new RequestException("E-DSR-12", "The person is one client's, and the request is said to be for another: nothing goes from one client to another.");
    }

    /// <summary>How the person was recognised. What is absolute needs nothing but the person or the address that it is about.</summary>
    private IdentityMethod? IdentityOf(RequestIntake intake) =>
        !IsAbsolute(intake) ? intake.Identity
        : intake.Subject is not null ? intake.Identity ?? IdentityMethod.NotNeeded
        : intake.Addresses.Count > 0 ? IdentityMethod.NotNeeded : null;

    private bool IsAbsolute(RequestIntake intake) => intake.IsMarketing || IsToMarketing(intake) || intake.Right == DataSubjectRight.Withdrawal;

    /// <summary>Who is known by the addresses, each once.</summary>
    private async ValueTask<IReadOnlyList<DataSubject>> HoldersAsync(
        string controller, IReadOnlyList<SubjectIdentifier> addresses, CancellationToken cancellationToken)
    {
        var holders = new List<DataSubject>();
        foreach (var address in addresses)
        {
            if (await _parts.Directory.FindAsync(address, controller, cancellationToken).ConfigureAwait(false) is { } holder && !holders.Contains(holder))
            {
                holders.Add(holder);
            }
        }

        return holders;
    }

    /// <summary>A reason, a reference or an id, which stands in the journal in the clear: no sentence, and nobody's address.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    private static string CodeOf(string? code, string parameter) =>
        code is { Length: > 0 and <= LongestCode } && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ':' or '_' or '/')
            ? code
            : throw new ArgumentException(
                $"A reason or a reference is journalled in the clear: at most {LongestCode} letters, digits, hyphens, points, colons, slashes and underscores, "
                + "and no personal data.",
                parameter);
}

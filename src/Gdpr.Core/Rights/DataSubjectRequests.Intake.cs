using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Rights;

public sealed partial class DataSubjectRequests
{
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

    /// <summary>What was over before it came stops nothing, and by a date that has passed nothing is reviewed.</summary>
    private void CheckTimes(RequestIntake intake, string controller)
    {
        if (intake.Until is { } until && (intake.Right != DataSubjectRight.Objection || until <= _parts.Now))
        {
            throw new RequestException("E-DSR-12", "Only an objection is temporary, and only until a time that lies ahead: state when it ends, or leave that open.");
        }

        if (intake is { Ground: RestrictionGround.Claims, ReviewBy: { } reviewBy })
        {
            MustLieAhead(reviewBy, _parts.TodayAt(controller));
        }
    }

    private static void MustLieAhead(NodaTime.LocalDate reviewBy, NodaTime.LocalDate today)
    {
        if (reviewBy < today)
        {
            throw new RequestException("E-RSTR-01", "A restriction for legal claims has a date by which it is reviewed, and that date has passed: state one to come.");
        }
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
}

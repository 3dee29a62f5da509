using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Rights;

public sealed partial class DataSubjectRequests
{
    /// <summary>The controller to which a request is handed: the one that is named, or the client whose person asks.</summary>
    /// <exception cref="UnknownControllerException">Nobody knows the one that is named: it would be handed to nobody, and its clock would run for nobody.</exception>
    private async ValueTask<string?> ClientOfAsync(RequestIntake intake, string controller, CancellationToken cancellationToken)
    {
        if (_parts.Policy().Controllers.ContainsKey(controller))
        {
            return intake.ForController is not { } named || named == controller ? null
                : _parts.Policy().Agreements.GetValueOrDefault(named) is { Kind: Policies.AgreementKind.WithController }
                ? intake.ForController : await _parts.Directory.ControllerAsync(named, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Who is known by the addresses, each once, with those of theirs.</summary>
    /// <exception cref="RequestException"><c>E-DSR-12</c>: nobody is known by an address, and the objection is for a time.</exception>
    private async ValueTask<IReadOnlyList<(DataSubject Holder, IReadOnlyList<SubjectIdentifier> Addresses)>> HoldersAsync(
        string controller, RequestIntake intake, CancellationToken cancellationToken)
    {
        var holders = new List<(DataSubject Holder, SubjectIdentifier Address)>();
        foreach (var address in intake.Addresses)
        {
            if (await _parts.Directory.FindAsync(address, controller, cancellationToken).ConfigureAwait(false) is { } holder)
            {
                holders.Add((holder, address));
            }
            else if (intake.Until is not null)
            {
                throw new RequestException("E-DSR-12",
                    "An address of which nobody is registered is kept from marketing for good: register whose it is, or take the objection in without an end.");
            }
        }

        return [.. holders.GroupBy(one => one.Holder).Select(one => (one.Key, (IReadOnlyList<SubjectIdentifier>)[.. one.Select(each => each.Address)]))];
    }

    /// <summary>The objection of a known person as that of whoever else is known by an address that it names. Nobody has shown that they are the same: what the person
    /// has written, and how they were recognised, stays with theirs.</summary>
    private static RequestIntake ForOther(RequestIntake intake, DataSubject other, IReadOnlyList<SubjectIdentifier> addresses) => (intake.Subject is null ? intake
        : intake with { Identity = null, Mandate = null, Words = null, ReplyTo = null }) with
    { Subject = other, Addresses = addresses };
}

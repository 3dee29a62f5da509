using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>A request as it comes in: through any channel, in any words.</summary>
/// <param name="Right">The right that is exercised.</param>
/// <param name="Subject">The person; <see langword="null"/> where nobody is known by what was supplied.</param>
public sealed record RequestIntake(DataSubjectRight Right, DataSubject? Subject)
{
    /// <summary>When it entered the controller's sphere: the clock runs from there. It may lie before now, never after. There is no default.</summary>
    public Instant? ReceivedAt { get; init; }

    /// <summary>The channel: a short word such as <c>mail</c>, <c>phone</c>, <c>web</c>. It stands in the journal in the clear.</summary>
    public string Channel { get; init; } = "web";

    /// <summary>The controller, where the person is not known; with exactly one declared, it is the default.</summary>
    public string? Controller { get; init; }

    /// <summary>What it is about; everything unless said otherwise.</summary>
    public RequestScope Scope { get; init; } = RequestScope.All;

    /// <summary>How the person was recognised; <see langword="null"/> where that is still to be seen. Never a copy of what was shown.</summary>
    public IdentityMethod? Identity { get; init; }

    /// <summary>Who acts for the person, where somebody does. Without evidence the request is taken in and its clock runs, and nothing is restricted, decided, given out
    /// or done before <see cref="DataSubjectRequests.ConfirmMandateAsync"/>, but what stops when it comes: an objection, a withdrawal.</summary>
    public RequestMandate? Mandate { get; init; }

    /// <summary>The person's own words. Kept in the vault.</summary>
    public string? Words { get; init; }

    /// <summary>Where the answer goes. Kept in the vault.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The controller that the organisation works for as processor, where the data are that one's: the request is handed on, not answered. Of a registered
    /// client's person it is the client. The id of a registered client, of another controller of the policy's, or of an agreement with a controller.</summary>
    public string? ForController { get; init; }

    /// <summary>The ground, of a request for restriction.</summary>
    public RestrictionGround? Ground { get; init; }

    /// <summary>The last local date, inclusive, by which a restriction is reviewed. Needed for legal claims: no restriction is for ever.</summary>
    public LocalDate? ReviewBy { get; init; }

    /// <summary>Whether it is an objection to direct marketing. It needs no reasons, and no identity beyond the address.</summary>
    public bool IsMarketing { get; init; }

    /// <summary>The addresses to which marketing stops, of an objection to it: kept as keyed hashes, whatever else is erased.</summary>
    public IReadOnlyList<SubjectIdentifier> Addresses { get; init; } = [];

    /// <summary>The marketing channel objected to, such as <c>email</c>; <see langword="null"/> for all.</summary>
    public string? MarketingChannel { get; init; }

    /// <summary>The instant, exclusive, until which an objection holds, where it is temporary.</summary>
    public Instant? Until { get; init; }

    /// <summary>The host's reference of the decision contested, of a request for a human's review. No personal data.</summary>
    public string? Decision { get; init; }

    /// <summary>The right: nothing of the person.</summary>
    public override string ToString() => $"{nameof(RequestIntake)} ({Right})";
}

/// <summary>Knows who belongs to which organisation: an organisation's administrators act for its own people alone.</summary>
public interface IOrganisationPeople
{
    /// <summary>Whether a person belongs to an organisation. What is not known is not so.</summary>
    /// <param name="person">The person.</param>
    /// <param name="organisation">The organisation's id, as the host has it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<bool> BelongsAsync(DataSubject person, string organisation, CancellationToken cancellationToken);
}

/// <summary>A step of a request is not possible, or not yet. The code tells which rule forbids it.</summary>
/// <remarks><c>E-DSR-01</c> no instant of receipt, <c>02</c> an extension told too late, <c>03</c> answered by a processor, <c>06</c> other people's data not reviewed,
/// <c>07</c> not everything is done or answered, <c>08</c> no mandate, <c>09</c> identity has not been shown, <c>10</c> it waits for a human, <c>11</c> no such request
/// or line,
/// <c>12</c> the step does not fit the right, <c>13</c> whoever decides may not: a decision by automated means is looked at by the function that the policy names, and a
/// contest by another, <c>14</c> no grounds for a fee or a refusal that the controller has to prove, or a fee that is awaited;
/// <c>E-RSTR-01</c> a restriction without a date of review, <c>E-RSTR-03</c> lifted before the person was told.</remarks>
public sealed class RequestException : GdprException
{
    internal RequestException(string code, string message)
        : base(code, message)
    {
    }
}

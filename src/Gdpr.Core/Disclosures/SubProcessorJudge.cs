using Gdpr.Processing;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Whether a client has authorised a sub-processor, in particular or in general (Art. 28(2)). Pure.</summary>
internal static class SubProcessorJudge
{
    /// <summary>The code of why a client's data may not go to a sub-processor at an instant; <see langword="null"/> where it may.</summary>
    /// <param name="client">The client.</param>
    /// <param name="recipient">The sub-processor's id among the policy's recipients.</param>
    /// <param name="last">The last change about it that the client was told of; <see langword="null"/> for none.</param>
    /// <param name="now">The instant.</param>
    public static string? Judge(ProcessorClient client, string recipient, SubProcessorChange? last, Instant now)
    {
        var (authorisation, isNamed) = (client.SubProcessors, client.SubProcessors?.Names(recipient) == true);
        if (last is null || (isNamed && authorisation!.GivenAt > (last.DecidedAt ?? last.GivenAt)))
        {
            return isNamed ? null : DisclosureReasons.SubProcessorNotAuthorised;
        }

        if (last.Decision == SubProcessorDecision.Refused)
        {
            return DisclosureReasons.SubProcessorRefused;
        }

        // An authorisation says everything: what it does not name, and was settled no later, has been taken back with it.
        if (!isNamed && authorisation?.GivenAt >= (last.DecidedAt ?? last.ObjectBy))
        {
            return DisclosureReasons.SubProcessorNotAuthorised;
        }

        return last.Decision == SubProcessorDecision.Accepted ? null
            : last.IsPendingAt(now) ? DisclosureReasons.SubProcessorPending
            : isNamed || authorisation?.Kind == SubProcessorAuthorisationKind.General ? null : DisclosureReasons.SubProcessorNotAuthorised;
    }
}

using Gdpr.Processing;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Whether a client has authorised a sub-processor, in particular or in general (Art. 28(2)). Pure.</summary>
internal static class SubProcessorJudge
{
    /// <summary>What counts of several notices about one sub-processor: the last, and to whichever of them the word came that was given since it was. Who was told twice
    /// and objects to the first notice objects to the sub-processor; what was accepted is what that notice says, and no later one.</summary>
    /// <param name="changes">The notices, one at least, the latest given first.</param>
    public static SubProcessorChange LastOf(IReadOnlyList<SubProcessorChange> changes)
    {
        var last = changes[0];
        if (changes.Where(change => change.Decision == SubProcessorDecision.Refused && change.DecidedAt >= last.GivenAt).MaxBy(change => change.DecidedAt)
            is { } refused && !(last.Decision == SubProcessorDecision.Accepted && last.DecidedAt > refused.DecidedAt))
        {
            return refused;
        }

        // A shorter time in a later notice takes nothing of the time that an earlier one gave.
        return last.Decision is not null ? last
            : last with { ObjectBy = changes.Where(change => change.Decision is null).Max(change => change.ObjectBy) };
    }

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

using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Samples.Acting;

/// <summary>A fact as this world's databases write it: <c>hold</c>, <c>consent-withdrawn:newsletter</c>, with a question mark before it where nobody knows.</summary>
internal static class KnownFact
{
    public static RecordFact Read(string text)
    {
        var isUnknown = text.StartsWith('?');
        return (isUnknown ? text[1..] : text).Split(':') switch
        {
            ["hold"] => RecordFact.Of(RecordFlags.Hold, isUnknown),
            ["restricted"] => RecordFact.Of(RecordFlags.Restricted, isUnknown),
            ["restricted-claims"] => RecordFact.Of(RecordFlags.RestrictedForClaims, isUnknown),
            ["request-open"] => RecordFact.Of(RecordFlags.RequestOpen, isUnknown),
            ["erasure-granted"] => RecordFact.Of(RecordFlags.ErasureGranted, isUnknown),
            ["consent-given", var purpose] => RecordFact.Of(PurposeFact.ConsentGiven, purpose, isUnknown),
            ["consent-withdrawn", var purpose] => RecordFact.Of(PurposeFact.ConsentWithdrawn, purpose, isUnknown),
            ["objection-pending", var purpose] => RecordFact.Of(PurposeFact.ObjectionPending, purpose, isUnknown),
            ["objection-upheld", var purpose] => RecordFact.Of(PurposeFact.ObjectionUpheld, purpose, isUnknown),
            _ => throw new SampleException($"'{text}' is no fact that this sample knows.", ExitCode.Failure),
        };
    }
}

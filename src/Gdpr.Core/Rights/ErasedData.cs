using Gdpr.Disclosures;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>What recipients were told has been erased on request, though other things wait, by the requests (Art. 17).</summary>
internal sealed class ErasedData(RequestRegister register) : IErasedData
{
    public async ValueTask<IReadOnlyList<(EndingState Ending, IReadOnlyList<string> Fields)>> SinceAsync(
        SubjectState state, string purpose, Instant since, CancellationToken cancellationToken)
    {
        var erased = new List<(EndingState, IReadOnlyList<string>)>();
        foreach (var ending in state.Endings.Where(ending => ending is { IsErasure: true, IsDone: false } && ending.OccurredAt >= since))
        {
            if (await register.FindLatestAsync(ErasureWork.RequestOf(ending.Id), cancellationToken).ConfigureAwait(false) is { Told: { } told } request)
            {
                erased.Add((ending,
                [
                    .. request.Lines.Where(line => line.Purpose == purpose && ending.DataSets.Contains(line.DataSet, StringComparer.Ordinal)
                        && told.Contains(line.Id, StringComparer.Ordinal)).SelectMany(line => line.Fields.Select(field => $"{line.DataSet}.{field}"))
                        .Distinct(StringComparer.Ordinal),
                ]));
            }
        }

        return erased;
    }
}

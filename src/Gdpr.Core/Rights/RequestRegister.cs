using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>The requests, folded from the journal. Those that are open or wait for something are open items besides, so that they are found without reading
/// all.</summary>
internal sealed class RequestRegister(IJournalStore journal, IStateStore states) : IJournalFold, IJournalRestater
{
    private const string Fold = "requests";
    private const string Item = "request";

    public IReadOnlyList<string> States => [Fold];

    public async ValueTask<DataSubjectRequest?> FindAsync(string id, CancellationToken cancellationToken) =>
        await states.ReadAsync(Fold, "", id, cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : null;

    /// <summary>A request as the journal has it.</summary>
    public async ValueTask<DataSubjectRequest?> FindLatestAsync(string id, CancellationToken cancellationToken)
    {
        var request = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        await foreach (var entry in journal.ReadStreamAsync(RequestEntries.StreamOf(id), request?.Version ?? 0, cancellationToken).ConfigureAwait(false))
        {
            request = RequestFold.After(request, entry);
        }

        return request;
    }

    /// <summary>The requests that are open or wait for something, the earliest received first.</summary>
    public async ValueTask<IReadOnlyList<DataSubjectRequest>> ReadActiveAsync(CancellationToken cancellationToken)
    {
        var active = new List<DataSubjectRequest>();
        await foreach (var item in states.ReadDueItemsAsync(Item, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            if (await FindAsync(item.Id[(Item.Length + 1)..], cancellationToken).ConfigureAwait(false) is { } request && IsActive(request))
            {
                active.Add(request);
            }
        }

        return [.. active.OrderBy(request => request.ReceivedAt).ThenBy(request => request.Id, StringComparer.Ordinal)];
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!RequestEntries.IsOf(entry.Stream))
        {
            return false;
        }

        var before = await FindAsync(entry.Stream[(entry.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..], cancellationToken).ConfigureAwait(false);
        if (RequestFold.After(before, entry) is { } after)
        {
            // The item first: a state that is there is not folded again.
            var item = $"{Item}/{after.Id}";
            if (IsActive(after))
            {
                await states.PutItemAsync(new OpenItem(item, Item, after.NextLookAt ?? after.ReceivedAt, "{}"), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await states.RemoveItemAsync(item, cancellationToken).ConfigureAwait(false);
            }

            await states.WriteAsync(new FoldedState(Fold, "", after.Id, entry.Position, Write(after)), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What is answered and over needs no saying again: how long it is kept is the journal's own period.
        foreach (var request in await ReadActiveAsync(cancellationToken).ConfigureAwait(false))
        {
            if (request.StatedAt <= position)
            {
                yield return new Restatement(RequestEntries.StreamOf(request.Id), request.Version,
                [
                    new NewJournalEntry(RequestEntries.Restated, request.ReceivedAt, Write(request))
                    {
                        Controller = request.Controller,
                        Subject = request.Subject?.Key,
                        Payload = request.Words is { } words ? Digest.Parse(words) : null,
                    },
                    .. request.Complaints.Select(complaint => complaint.Words).Append(request.Grounds).OfType<string>().Select(said =>
                        new NewJournalEntry(RequestEntries.WordsRestated, request.ReceivedAt, "{}")
                        {
                            Controller = request.Controller,
                            Subject = request.Subject?.Key,
                            Payload = Digest.Parse(said),
                        }),
                ]);
            }
        }
    }

    private static bool IsActive(DataSubjectRequest request) => request.IsOpen || (request.IsStanding && request.DuplicateOf is null);

    private static string Write(DataSubjectRequest request) => JsonSerializer.Serialize(request, RequestJson.Default.DataSubjectRequest);

    private static DataSubjectRequest Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, RequestJson.Default.DataSubjectRequest)!;
}

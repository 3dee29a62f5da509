using System.Data.Common;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Testing;

internal sealed class FaultyJournalStore(IJournalStore inner, FaultPoints faults) : IJournalStore
{
    private const string Port = nameof(IJournalStore) + ".";

    public bool CanEnlist => inner.CanEnlist;

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => faults.RunAsync(Port + nameof(PrepareAsync), () => inner.PrepareAsync(cancellationToken));

    public ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(
        string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries, DbTransaction? transaction,
        CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(AppendAsync), () => inner.AppendAsync(stream, expectedVersion, recordedAt, entries, transaction, cancellationToken));

    public ValueTask<IReadOnlyList<IReadOnlyList<JournalEntry>?>> AppendEachAsync(
        Instant recordedAt, IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(AppendEachAsync), () => inner.AppendEachAsync(recordedAt, appends, cancellationToken));

    public IAsyncEnumerable<JournalEntry> ReadStreamAsync(string stream, long afterVersion, CancellationToken cancellationToken) =>
        faults.Run(Port + nameof(ReadStreamAsync), inner.ReadStreamAsync(stream, afterVersion, cancellationToken), cancellationToken);

    public IAsyncEnumerable<JournalEntry> ReadAllAsync(long afterPosition, CancellationToken cancellationToken) =>
        faults.Run(Port + nameof(ReadAllAsync), inner.ReadAllAsync(afterPosition, cancellationToken), cancellationToken);

    public ValueTask<StreamHead?> ReadHeadAsync(string stream, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadHeadAsync), () => inner.ReadHeadAsync(stream, cancellationToken));

    public ValueTask AddCheckpointAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(AddCheckpointAsync), () => inner.AddCheckpointAsync(checkpoint, cancellationToken));

    public IAsyncEnumerable<JournalCheckpoint> ReadCheckpointsAsync(CancellationToken cancellationToken) =>
        faults.Run(Port + nameof(ReadCheckpointsAsync), inner.ReadCheckpointsAsync(cancellationToken), cancellationToken);

    public ValueTask<JournalBase> ReadBaseAsync(CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadBaseAsync), () => inner.ReadBaseAsync(cancellationToken));

    public ValueTask ExpireAsync(JournalBase expired, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ExpireAsync), () => inner.ExpireAsync(expired, cancellationToken));
}

internal sealed class FaultySubjectVault(ISubjectVault inner, FaultPoints faults) : ISubjectVault
{
    private const string Port = nameof(ISubjectVault) + ".";

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => faults.RunAsync(Port + nameof(PrepareAsync), () => inner.PrepareAsync(cancellationToken));

    public ValueTask<SubjectKey> KeyOfAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(KeyOfAsync), () => inner.KeyOfAsync(controller, identifier, cancellationToken));

    public ValueTask<SubjectKey?> FindAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(FindAsync), () => inner.FindAsync(controller, identifier, cancellationToken));

    public ValueTask LinkAsync(string controller, SubjectKey subject, HashedIdentifier identifier, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(LinkAsync), () => inner.LinkAsync(controller, subject, identifier, cancellationToken));

    public ValueTask ForgetAsync(string controller, SubjectKey subject, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ForgetAsync), () => inner.ForgetAsync(controller, subject, cancellationToken));

    public ValueTask PutPayloadAsync(string controller, SubjectKey? subject, string purpose, JournalPayload payload, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(PutPayloadAsync), () => inner.PutPayloadAsync(controller, subject, purpose, payload, cancellationToken));

    public ValueTask<JournalPayload?> ReadPayloadAsync(string controller, Digest commitment, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadPayloadAsync), () => inner.ReadPayloadAsync(controller, commitment, cancellationToken));

    public ValueTask<int> ErasePayloadsAsync(string controller, SubjectKey subject, string? purpose, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ErasePayloadsAsync), () => inner.ErasePayloadsAsync(controller, subject, purpose, cancellationToken));

    public ValueTask<int> ErasePayloadsAsync(string controller, IReadOnlyCollection<Digest> commitments, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ErasePayloadsAsync), () => inner.ErasePayloadsAsync(controller, commitments, cancellationToken));

    public ValueTask AddTombstonesAsync(string controller, IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(AddTombstonesAsync), () => inner.AddTombstonesAsync(controller, tombstones, cancellationToken));

    public IAsyncEnumerable<Tombstone> ReadTombstonesAsync(string controller, LocalDate on, CancellationToken cancellationToken) =>
        faults.Run(Port + nameof(ReadTombstonesAsync), inner.ReadTombstonesAsync(controller, on, cancellationToken), cancellationToken);

    public ValueTask<int> ExpireTombstonesAsync(string controller, LocalDate on, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ExpireTombstonesAsync), () => inner.ExpireTombstonesAsync(controller, on, cancellationToken));

    public ValueTask<IReadOnlyList<HashedIdentifier>> ReadIdentifiersAsync(string controller, SubjectKey subject, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadIdentifiersAsync), () => inner.ReadIdentifiersAsync(controller, subject, cancellationToken));

    public ValueTask SuppressAsync(string controller, HashedIdentifier identifier, SuppressionEntry suppression, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(SuppressAsync), () => inner.SuppressAsync(controller, identifier, suppression, cancellationToken));

    public ValueTask<IReadOnlyList<SuppressionEntry>> ReadSuppressionsAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadSuppressionsAsync), () => inner.ReadSuppressionsAsync(controller, identifier, cancellationToken));

    public ValueTask<IReadOnlyList<KnownSubject?>> KeysOfAsync(
        string controller, IReadOnlyList<IReadOnlyList<HashedIdentifier>> people, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(KeysOfAsync), () => inner.KeysOfAsync(controller, people, cancellationToken));

    public ValueTask PutPayloadsAsync(
        string controller, string purpose, IReadOnlyList<(SubjectKey Subject, JournalPayload Payload)> payloads, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(PutPayloadsAsync), () => inner.PutPayloadsAsync(controller, purpose, payloads, cancellationToken));
}

internal sealed class FaultyWitness(IJournalWitness inner, FaultPoints faults) : IJournalWitness
{
    private const string Port = nameof(IJournalWitness) + ".";

    public ValueTask<JournalCheckpoint?> ReadAsync(CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadAsync), () => inner.ReadAsync(cancellationToken));

    public ValueTask WriteAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(WriteAsync), () => inner.WriteAsync(checkpoint, cancellationToken));

    public ValueTask AddTombstonesAsync(IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(AddTombstonesAsync), () => inner.AddTombstonesAsync(tombstones, cancellationToken));

    public IAsyncEnumerable<Tombstone> ReadTombstonesAsync(CancellationToken cancellationToken) =>
        faults.Run(Port + nameof(ReadTombstonesAsync), inner.ReadTombstonesAsync(cancellationToken), cancellationToken);
}

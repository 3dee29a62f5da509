using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Core.Tests.Journals;

/// <summary>A vault in which one payload was replaced; the others have been erased.</summary>
internal sealed class FalseVault(Digest replaced) : ISubjectVault
{
    public ValueTask PrepareAsync(CancellationToken cancellationToken) => default;

    public ValueTask<JournalPayload?> ReadPayloadAsync(string controller, Digest commitment, CancellationToken cancellationToken) =>
        ValueTask.FromResult(commitment == replaced ? JournalPayload.Create("other"u8.ToArray()) : null);

    public ValueTask<SubjectKey> KeyOfAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<SubjectKey?> FindAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask LinkAsync(string controller, SubjectKey subject, HashedIdentifier identifier, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask ForgetAsync(string controller, SubjectKey subject, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask PutPayloadAsync(string controller, SubjectKey? subject, string purpose, JournalPayload payload, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<int> ErasePayloadsAsync(string controller, SubjectKey subject, string? purpose, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<int> ErasePayloadsAsync(string controller, IReadOnlyCollection<Digest> commitments, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask AddTombstonesAsync(string controller, IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<Tombstone> ReadTombstonesAsync(string controller, LocalDate on, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<int> ExpireTombstonesAsync(string controller, LocalDate on, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<HashedIdentifier>> ReadIdentifiersAsync(string controller, SubjectKey subject, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SuppressAsync(string controller, HashedIdentifier identifier, SuppressionEntry suppression, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<SuppressionEntry>> ReadSuppressionsAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

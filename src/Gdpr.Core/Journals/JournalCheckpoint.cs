using NodaTime;

namespace Gdpr.Journals;

/// <summary>A commitment to everything that the journal holds up to a position: to all its entries, in their order, and so to the heads of all streams.</summary>
/// <param name="Number">The checkpoint's number, from 1, without gaps.</param>
/// <param name="Position">The position of the last entry that it commits to.</param>
/// <param name="History">The hash over the entries' hashes in the order of their positions, from the one of the checkpoint before on.</param>
/// <param name="At">When it was made.</param>
/// <param name="KeyId">The key of <paramref name="Mac"/>.</param>
/// <param name="Mac">The message authentication code over the other members, under a key that is in no database of the journal's.</param>
public sealed record JournalCheckpoint(long Number, long Position, Digest History, Instant At, string KeyId, Digest Mac);

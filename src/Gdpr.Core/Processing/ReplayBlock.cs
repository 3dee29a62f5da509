using Gdpr.Disposal;

namespace Gdpr.Processing;

/// <summary>Says no while a source that was restored from a backup waits for its replay.</summary>
internal sealed class ReplayBlock(RestoredSources restored) : IUseBlock
{
    public async ValueTask<string?> FindAsync(CancellationToken cancellationToken) =>
        (await restored.ReadWaitingAsync(cancellationToken).ConfigureAwait(false)).Count > 0 ? ProcessingReasons.ReplayPending : null;
}

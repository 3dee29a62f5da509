namespace Gdpr.Processing;

/// <summary>Something that makes every use of personal data wait, such as a restored backup whose replay is not done: until it is lifted the gate says no.</summary>
internal interface IUseBlock
{
    /// <summary>The code of the reason, of <see cref="ProcessingReasons"/>; <see langword="null"/> where nothing is in the way. Asked before every use: cheap.</summary>
    ValueTask<string?> FindAsync(CancellationToken cancellationToken);
}

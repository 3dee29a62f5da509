namespace Gdpr.Http;

/// <summary>How recipients are told over HTTPS.</summary>
public sealed class HttpNotificationOptions
{
    /// <summary>The recipients that are told so, by id; none for every recipient that states an endpoint.</summary>
    public ISet<string> Recipients { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>What is added to a recipient's endpoint. The default is <c>requests</c>, as OpenDSR has it.</summary>
    public string Path { get; set; } = "requests";

    /// <summary>The host's address at which recipients say how far they have come: https. Without one they are asked.</summary>
    public Uri? CallbackUrl { get; set; }

    /// <summary>What of a recipient's answer is an acknowledgement. The default is that it has done what it was told.</summary>
    public HttpAcknowledgement Acknowledgement { get; set; }

    /// <summary>After how long an attempt is given up. The default is 30 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How much of an answer is read at most, in bytes. The default is 64 KiB.</summary>
    public int AnswerAtMost { get; set; } = 64 * 1024;

    /// <summary>How old a signed callback may be, and how far ahead of the host's clock. The default is five minutes.</summary>
    public TimeSpan CallbackAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Adds what a recipient wants to see of the caller, such as a token, by the recipient's id. It is called for each attempt.</summary>
    public Func<string, HttpRequestMessage, CancellationToken, ValueTask>? Authorize { get; set; }

    /// <summary>Makes the handler that sends, such as one with a client certificate. It must not follow redirects by itself.</summary>
    public Func<HttpMessageHandler>? CreateHandler { get; set; }

    internal IEnumerable<string> Problems()
    {
        if (Timeout <= TimeSpan.Zero || CallbackAge <= TimeSpan.Zero)
        {
            yield return "The times of HTTP notifications must be positive.";
        }

        if (AnswerAtMost is < 256 or > 16 * 1024 * 1024)
        {
            yield return "Of an answer from 256 bytes to 16 MiB are read.";
        }

        if (CallbackUrl is { } url && !Addresses.MayBeUsed(url))
        {
            yield return "The callback address must be https, except on the machine itself.";
        }

        if (Path is null || Path.Contains("..", StringComparison.Ordinal) || Path.Contains(':', StringComparison.Ordinal) || Path.StartsWith('/'))
        {
            yield return "The path is relative to the recipient's endpoint, without '..' and without a slash at its beginning.";
        }
    }
}

/// <summary>What of a recipient's answer is an acknowledgement.</summary>
public enum HttpAcknowledgement
{
    /// <summary>That the recipient has done what it was told: the request's status is completed.</summary>
    Completed,

    /// <summary>That the recipient names the request as received.</summary>
    Received,
}

/// <summary>How data is handed to another controller over HTTPS.</summary>
public sealed class HttpTransferOptions
{
    /// <summary>After how long an attempt is given up. The default is 10 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How much is sent at most, in bytes. The default is 2 GiB.</summary>
    public long SendAtMost { get; set; } = 2L * 1024 * 1024 * 1024;

    /// <summary>How much of an answer is read at most, in bytes. The default is 64 KiB.</summary>
    public int AnswerAtMost { get; set; } = 64 * 1024;

    /// <summary>How often it is tried before it is given up. The default is three times.</summary>
    public int Attempts { get; set; } = 3;

    /// <summary>How long after an attempt that failed the next is made; each time twice as long. The default is two seconds.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Adds what the other controller wants to see of the caller, such as a token. It is called for each attempt.</summary>
    public Func<HttpRequestMessage, CancellationToken, ValueTask>? Authorize { get; set; }

    /// <summary>Makes the handler that sends, such as one with a client certificate. It must not follow redirects by itself.</summary>
    public Func<HttpMessageHandler>? CreateHandler { get; set; }

    internal IEnumerable<string> Problems()
    {
        if (Timeout <= TimeSpan.Zero || RetryAfter < TimeSpan.Zero || Attempts is < 1 or > 100)
        {
            yield return "A transfer is tried from once to 100 times, and its times are positive.";
        }

        if (SendAtMost <= 0 || AnswerAtMost is < 256 or > 16 * 1024 * 1024)
        {
            yield return "A transfer sends something, and of its answer from 256 bytes to 16 MiB are read.";
        }
    }
}

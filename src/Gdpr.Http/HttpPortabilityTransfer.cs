using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Disclosures;
using Gdpr.Rights;

namespace Gdpr.Http;

/// <summary>Hands a person's data to another controller over HTTPS (Art. 20(2)).</summary>
/// <remarks>The content goes as it is, with its digest and a key by which the other side knows that it is the same when it is sent again. It has taken it when its answer
/// shows the digest. Neither the address nor a log holds anything of the person.</remarks>
public sealed class HttpPortabilityTransfer : IPortabilityTransfer, IDisposable
{
    private readonly BoundedClient _client;
    private readonly HttpTransferOptions _options;
    private readonly TimeProvider _time;

    internal HttpPortabilityTransfer(HttpTransferOptions options, TimeProvider time)
    {
        _client = new BoundedClient(options.CreateHandler, options.Timeout, options.AnswerAtMost, time);
        _options = options;
        _time = time;
    }

    /// <summary>Closes what is open to other controllers.</summary>
    public void Dispose() => _client.Dispose();

    /// <summary>Sends content; returns when the other side has shown that it has it.</summary>
    /// <param name="to">Where the other controller takes it: https, except on the machine itself.</param>
    /// <param name="key">What tells this transfer from others, such as the request's id: the same however often it is sent. No personal data.</param>
    /// <param name="mediaType">The content's media type, such as <c>application/zip</c>.</param>
    /// <param name="open">Opens the content, from its beginning. It is read once for its digest and once for each attempt.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What shows that the other side has it.</returns>
    /// <exception cref="TransferFailedException">It could not be handed over: what the other side has of it is not known, and the same key may be sent again.</exception>
    public async Task<TransferProof> SendAsync(
        Uri to, string key, string mediaType, Func<CancellationToken, ValueTask<Stream>> open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(open);
        var (type, id) = (MediaTypeHeaderValue.Parse(mediaType), KeyOf(key));
        if (!Addresses.MayBeUsed(to))
        {
            throw new TransferFailedException("endpoint-not-encrypted", mayPass: false);
        }

        var (digest, length) = await DigestAsync(open, cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            var answer = await _client.SendAsync(to, RequestAsync, cancellationToken).ConfigureAwait(false);
            if (answer.IsSuccess)
            {
                return ProofIn(answer, digest, length) ?? throw new TransferFailedException("not-confirmed", mayPass: true);
            }

            if (!answer.MayPass || attempt == _options.Attempts)
            {
                throw new TransferFailedException(answer.Code!, answer.MayPass);
            }

            await Task.Delay(_options.RetryAfter * Math.Pow(2, Math.Min(attempt - 1, 16)), _time, cancellationToken).ConfigureAwait(false);
        }

        async ValueTask<HttpRequestMessage> RequestAsync(Uri address, CancellationToken token)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StreamContent(await open(token).ConfigureAwait(false)) };
            request.Content.Headers.ContentType = type;
            request.Content.Headers.ContentLength = length;
            request.Content.Headers.Add("Content-Digest", $"sha-256=:{Convert.ToBase64String(digest)}:");
            request.Headers.Add("Idempotency-Key", id);
            if (_options.Authorize is { } authorize)
            {
                await authorize(request, token).ConfigureAwait(false);
            }

            return request;
        }
    }

    /// <summary>Sends a package, as one archive; returns when the other side has shown that it has it.</summary>
    /// <param name="package">The package.</param>
    /// <param name="to">Where the other controller takes it: https, except on the machine itself.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The digest that the other side answered with: that of what was sent.</returns>
    /// <exception cref="TransferFailedException">It could not be handed over.</exception>
    public async ValueTask<string> SendAsync(PortabilityPackage package, Uri to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(package);
        var content = package.ToZip();
        var proof = await SendAsync(
            to, package.RequestId, "application/zip", _ => ValueTask.FromResult<Stream>(new MemoryStream(content, writable: false)), cancellationToken).ConfigureAwait(false);
        return $"sha-256:{proof.Sha256}";
    }

    private static string KeyOf(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return key.Length <= 64 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? key : throw new ArgumentException("A key is made of at most 64 letters, digits, hyphens and underscores: it tells nothing of a person.", nameof(key));
    }

    private async ValueTask<(byte[] Digest, long Length)> DigestAsync(Func<CancellationToken, ValueTask<Stream>> open, CancellationToken cancellationToken)
    {
        var content = await open(cancellationToken).ConfigureAwait(false);
        await using var opened = content.ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, length) = (new byte[81920], 0L);
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            length += read;
            if (length > _options.SendAtMost)
            {
                throw new TransferFailedException("too-large", mayPass: false);
            }
        }

        return (hash.GetHashAndReset(), length);
    }

    private static TransferProof? ProofIn(BoundedAnswer answer, byte[] digest, long length)
    {
        try
        {
            var said = answer.Content.Length == 0 ? null : JsonSerializer.Deserialize(answer.Content.Span, TransferJson.Default.TransferAnswer);
            return string.Equals(said?.Sha256, Convert.ToHexStringLower(digest), StringComparison.OrdinalIgnoreCase)
                ? new TransferProof(Convert.ToHexStringLower(digest), length, said!.Reference) : null;
        }
        catch (JsonException)
        {
            // Something that says nothing of what it received has not shown that it has it.
            return null;
        }
    }
}

/// <summary>What shows that another controller has the data.</summary>
/// <param name="Sha256">The digest that it answered with, in hexadecimal: that of what was sent.</param>
/// <param name="Length">How many bytes were sent.</param>
/// <param name="Reference">Its own reference, where it gave one.</param>
public sealed record TransferProof(string Sha256, long Length, string? Reference);

/// <summary>What another controller answers.</summary>
internal sealed record TransferAnswer
{
    [JsonPropertyName("sha256")]
    public string? Sha256 { get; init; }

    [JsonPropertyName("reference")]
    public string? Reference { get; init; }
}

[JsonSerializable(typeof(TransferAnswer))]
internal sealed partial class TransferJson : JsonSerializerContext;

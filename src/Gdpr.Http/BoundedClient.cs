using System.Net;
using System.Security.Authentication;

namespace Gdpr.Http;

/// <summary>Sends requests within bounds: encrypted, to the server that was named and no other, for a limited time, with a limited answer.</summary>
internal sealed class BoundedClient : IDisposable
{
    private const int MostRedirects = 3;

    private readonly HttpMessageInvoker _invoker;
    private readonly TimeSpan _timeout;
    private readonly int _answerAtMost;
    private readonly TimeProvider _time;

    public BoundedClient(Func<HttpMessageHandler>? createHandler, TimeSpan timeout, int answerAtMost, TimeProvider time)
    {
        _invoker = new HttpMessageInvoker(createHandler?.Invoke() ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = timeout,
        });
        (_timeout, _answerAtMost, _time) = (timeout, answerAtMost, time);
    }

    public void Dispose() => _invoker.Dispose();

    /// <summary>Sends a request, and once more where the same server says that it is elsewhere on it.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="createRequest">Makes the request; called again for each redirect, as a body is sent once.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The answer; one with a code of what went wrong where there is none.</returns>
    public async ValueTask<BoundedAnswer> SendAsync(
        Uri address, Func<Uri, CancellationToken, ValueTask<HttpRequestMessage>> createRequest, CancellationToken cancellationToken)
    {
        if (!Addresses.MayBeUsed(address))
        {
            return BoundedAnswer.Refused("endpoint-not-encrypted");
        }

        using var late = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                using var request = await createRequest(address, either.Token).ConfigureAwait(false);
                using var response = await _invoker.SendAsync(request, either.Token).ConfigureAwait(false);
                if (!IsRedirect(response.StatusCode))
                {
                    return await ReadAsync(response, either.Token).ConfigureAwait(false);
                }

                if (redirects == MostRedirects || Target(address, response) is not { } target)
                {
                    return BoundedAnswer.Refused("redirect-refused");
                }

                address = target;
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return BoundedAnswer.Failed("timeout");
        }
        catch (HttpRequestException exception)
        {
            return BoundedAnswer.Failed(exception.InnerException is AuthenticationException ? "tls-failed" : "unreachable");
        }
        catch (IOException)
        {
            return BoundedAnswer.Failed("unreachable");
        }
    }

    private static bool IsRedirect(HttpStatusCode status) => (int)status is >= 300 and < 400;

    /// <summary>Where the same server says that the request is to be sent as it is; <see langword="null"/> where it is another, or the request would be
    /// another.</summary>
    private static Uri? Target(Uri address, HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect && response.Headers.Location is { } location
            && new Uri(address, location) is var target && Addresses.AreSameServer(address, target) && Addresses.MayBeUsed(target) ? target : null;

    private async ValueTask<BoundedAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var content = new byte[_answerAtMost + 1];
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var length = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return length > _answerAtMost
            ? BoundedAnswer.Refused("answer-too-long")
            : new BoundedAnswer((int)response.StatusCode, content.AsMemory(0, length), null) { Headers = HeadersOf(response) };
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage response) =>
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
}

/// <summary>What came back.</summary>
/// <param name="Status">The status; 0 where nothing came back.</param>
/// <param name="Content">The content.</param>
/// <param name="Problem">The code of what went wrong; <see langword="null"/> where an answer came back.</param>
internal sealed record BoundedAnswer(int Status, ReadOnlyMemory<byte> Content, string? Problem)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether trying again later may help.</summary>
    public bool IsWorthRetrying { get; init; }

    public bool IsSuccess => Problem is null && Status is >= 200 and < 300;

    /// <summary>The stable code of what is wrong; <see langword="null"/> where nothing is.</summary>
    public string? Code => Problem ?? (IsSuccess ? null : $"http-{Status}");

    public static BoundedAnswer Failed(string problem) => new(0, default, problem) { IsWorthRetrying = true };

    public static BoundedAnswer Refused(string problem) => new(0, default, problem);

    /// <summary>Whether what is wrong may pass.</summary>
    public bool MayPass => Problem is null ? Status is 408 or 425 or 429 or >= 500 : IsWorthRetrying;
}

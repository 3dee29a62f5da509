using System.Security.Cryptography;
using Gdpr.Disclosures;
using Microsoft.AspNetCore.Http;

namespace Gdpr.Http.Tests;

/// <summary>A person's data is handed to another controller, which shows that it has it.</summary>
public sealed class TransferTests
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(300_000);
    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData(Content));

    [Fact]
    public async Task The_content_arrives_whole_with_its_digest_and_key()
    {
        await using var server = await RecipientServer.StartAsync();
        server.Answer = TakenAsync;
        using var transfer = Transfer();
        var proof = await SendAsync(transfer, server);

        proof.ShouldBe(new TransferProof(Sha256, Content.Length, "their-7"));
        var received = server.Requests.ShouldHaveSingleItem();
        received.Body.ShouldBe(Content);
        received.Headers["Content-Digest"].ShouldBe($"sha-256=:{Convert.ToBase64String(SHA256.HashData(Content))}:");
        received.Headers["Content-Type"].ShouldBe("application/zip");
        received.Headers["Idempotency-Key"].ShouldBe("request-1");
    }

    [Fact]
    public async Task What_fails_is_sent_again_whole_under_the_same_key()
    {
        await using var server = await RecipientServer.StartAsync();
        var answers = 0;
        server.Answer = (context, received) => ++answers < 3 ? RecipientServer.JsonAsync(context, 502, "") : TakenAsync(context, received);
        using var transfer = Transfer();
        await SendAsync(transfer, server);
        server.Requests.Select(request => request.Headers["Idempotency-Key"]).ShouldBe(["request-1", "request-1", "request-1"]);
        server.Requests.ShouldAllBe(request => request.Body.Length == Content.Length);
    }

    [Fact]
    public async Task It_is_given_up_after_some_attempts()
    {
        await using var server = await RecipientServer.StartAsync();
        server.Answer = (context, _) => RecipientServer.JsonAsync(context, 500, "");
        using var transfer = Transfer();
        var failure = await Should.ThrowAsync<TransferFailedException>(() => SendAsync(transfer, server));
        (failure.Reason, failure.MayPass, failure.Code).ShouldBe(("http-500", true, "E-DISC-05"));
        server.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("thanks")]
    [InlineData("""{ "sha256": "0000000000000000000000000000000000000000000000000000000000000000" }""")]
    public async Task An_answer_that_does_not_show_the_digest_shows_nothing(string answer)
    {
        await using var server = await RecipientServer.StartAsync();
        server.Answer = (context, _) => RecipientServer.JsonAsync(context, 200, answer);
        using var transfer = Transfer();
        (await Should.ThrowAsync<TransferFailedException>(() => SendAsync(transfer, server))).Reason.ShouldBe("not-confirmed");
    }

    [Fact]
    public async Task A_refusal_is_not_tried_again()
    {
        await using var server = await RecipientServer.StartAsync();
        server.Answer = (context, _) => RecipientServer.JsonAsync(context, 415, "");
        using var transfer = Transfer();
        var failure = await Should.ThrowAsync<TransferFailedException>(() => SendAsync(transfer, server));
        (failure.Reason, failure.MayPass).ShouldBe(("http-415", false));
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_goes_unencrypted_over_a_network_nor_to_another_server_than_the_one_named()
    {
        using var transfer = Transfer();
        (await Should.ThrowAsync<TransferFailedException>(() => SendAsync(transfer, new Uri("http://other.example/take")))).Reason.ShouldBe("endpoint-not-encrypted");
        (await Should.ThrowAsync<TransferFailedException>(() => SendAsync(transfer, new Uri("https://a:b@other.example/take")))).Reason.ShouldBe("endpoint-not-encrypted");

        await using var other = await RecipientServer.StartAsync();
        await using var server = await RecipientServer.StartAsync();
        server.Answer = (context, _) =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = other.Address.AbsoluteUri;
            return Task.CompletedTask;
        };
        (await Should.ThrowAsync<TransferFailedException>(() => SendAsync(transfer, server))).Reason.ShouldBe("redirect-refused");
        other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task More_than_the_host_allows_is_not_sent()
    {
        await using var server = await RecipientServer.StartAsync();
        using var transfer = Transfer(options => options.SendAtMost = Content.Length - 1);
        (await Should.ThrowAsync<TransferFailedException>(() => SendAsync(transfer, server))).Reason.ShouldBe("too-large");
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("anna@person.example")]
    [InlineData("a b")]
    public async Task A_key_tells_nothing_of_a_person(string key)
    {
        using var transfer = Transfer();
        await Should.ThrowAsync<ArgumentException>(() => transfer.SendAsync(new Uri("https://other.example"), key, "application/zip", Open));
    }

    private static Task TakenAsync(HttpContext context, RecipientServer.Received received) => RecipientServer.JsonAsync(
        context, 201, $$"""{ "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(received.Body))}}", "reference": "their-7" }""");

    private static HttpPortabilityTransfer Transfer(Action<HttpTransferOptions>? configure = null)
    {
        var options = new HttpTransferOptions { RetryAfter = TimeSpan.Zero };
        configure?.Invoke(options);
        return new HttpPortabilityTransfer(options, TimeProvider.System);
    }

    private static ValueTask<Stream> Open(CancellationToken cancellationToken) => ValueTask.FromResult<Stream>(new MemoryStream(Content, writable: false));

    private static Task<TransferProof> SendAsync(HttpPortabilityTransfer transfer, RecipientServer server) => SendAsync(transfer, new Uri(server.Address, "/take"));

    private static Task<TransferProof> SendAsync(HttpPortabilityTransfer transfer, Uri to) => transfer.SendAsync(to, "request-1", "application/zip", Open);
}

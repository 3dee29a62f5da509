namespace Gdpr.Core.Tests.Disposal;

/// <summary>What a source is like may change while the host runs.</summary>
public sealed class PreparationTests
{
    [Fact]
    public async Task A_source_prepares_itself_anew_for_every_preview_and_every_run()
    {
        var prepared = 0;
        var world = new ShopWorld(around: source => new HookedSource(source, call =>
        {
            prepared += source.Name == "crm" && call == "before prepare" ? 1 : 0;
            return Task.CompletedTask;
        }));
        await using var shop = Shop.Open(world);

        await shop.Sweep.PreviewAsync();
        var first = prepared;
        await shop.ApproveAsync();
        var second = prepared;
        await shop.Sweep.RunAsync();

        first.ShouldBeGreaterThan(0);
        second.ShouldBeGreaterThan(first);
        prepared.ShouldBeGreaterThan(second);
    }
}

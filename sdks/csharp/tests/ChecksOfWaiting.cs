using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Gatepass.Sdk;

/// <summary>Callers that give up, answers that do not end, tokens that many wait for.</summary>
public static class ChecksOfWaiting
{
    private const string User =
        "{\"id\":\"1\",\"name\":\"ann\",\"display_name\":\"Ann\",\"visibility\":\"SHARABLE\"}";

    private static readonly FullTokenRequest Ann = new FullTokenRequest { Username = "ann", SecretKey = "gpk_tests" };

    public static void Who_gives_up_beforehand_sends_nothing()
    {
        var peer = new Peer("true");
        var client = peer.Builder().Credentials(Ann).Build();
        var gone = new CancellationToken(true);
        Cancelled(client.SessionController.LogoutAsync(gone), gone);
        Cancelled(client.Auth.LogoutAsync(gone), gone);
        Check.Same(0, peer.Requests.Count);
    }

    public static void Who_gives_up_is_told_so_at_once_and_nothing_is_tried_again()
    {
        var asked = new SemaphoreSlim(0);
        var peer = new Peer((number, cancel) =>
        {
            asked.Release();
            return new TaskCompletionSource<HttpResponseMessage>().Task; // deaf to the token
        });
        var client = peer.Builder().AccessToken("a-token-of-tests").Build();
        using (var giving = new CancellationTokenSource())
        {
            var info = client.SessionController.GetSessionInfoAsync(giving.Token);
            var user = client.Auth.GetCurrentUserInfoAsync(giving.Token);
            asked.Wait();
            asked.Wait();
            giving.Cancel();
            Cancelled(info, giving.Token);
            Cancelled(user, giving.Token);
        }
        Check.Same(2, peer.Requests.Count);
    }

    public static void Who_gives_up_in_a_pause_is_not_made_to_sit_it_out()
    {
        using (var giving = new CancellationTokenSource())
        {
            var peer = new Peer(() =>
            {
                giving.CancelAfter(20);
                var busy = Peer.Answer(429, "{}");
                busy.Headers.Add("Retry-After", "29");
                return busy;
            });
            Cancelled(peer.Builder().Build().Auth.GetCurrentUserInfoAsync(giving.Token), giving.Token);
            Check.Same(1, peer.Requests.Count);
        }
    }

    public static void Who_gives_up_waiting_for_a_token_does_not_stop_it_for_the_others()
    {
        var asked = new TaskCompletionSource<bool>();
        var token = new TaskCompletionSource<HttpResponseMessage>();
        var peer = new Peer((number, cancel) =>
        {
            asked.TrySetResult(true);
            return number == 0 ? token.Task : Task.FromResult(Peer.Answer(200, User));
        });
        var client = peer.Builder().Credentials(Ann).Build();
        using (var giving = new CancellationTokenSource())
        {
            var first = client.Auth.GetCurrentUserInfoAsync(giving.Token);
            asked.Task.Wait();
            var second = client.Auth.GetCurrentUserInfoAsync();
            giving.Cancel();
            Cancelled(first, giving.Token);
            token.SetResult(Peer.Answer(200, Token("one")));
            Check.Same("ann", second.Result.Name);
        }
        Check.Same(2, peer.Requests.Count);
    }

    public static void After_a_refused_token_the_next_call_asks_again()
    {
        var peer = new Peer(
            () => Peer.Answer(401, "{\"error\":{\"message\":{\"code\":10097,\"debug\":\"gpk_tests is wrong\"}}}"),
            () => Peer.Answer(200, Token("one")),
            () => Peer.Answer(200, User));
        var auth = peer.Builder().Credentials(Ann).Build().Auth;
        var refused = Check.Throws<UnauthorizedException>(() => auth.GetCurrentUserInfo());
        Check.Same("401: POST /api/rest/2.0/auth/token/full: … is wrong", refused.Message);
        Check.Same(10097, refused.Code);
        Check.Same("Ann", auth.GetCurrentUserInfo().DisplayName);
    }

    public static void A_client_that_is_closed_says_so()
    {
        var peer = new Peer("true");
        var client = peer.Builder().Build();
        var given = client.HttpClientConfiguration.HttpClientInstance;
        client.Dispose();
        client.Dispose();
        Check.Throws<ObjectDisposedException>(() => client.SessionController.Logout());
        Check.Same("true", given.GetStringAsync("http://h/").Result);
    }

    public static void An_answer_that_never_ends_is_too_late()
    {
        var peer = new Peer(() => new HttpResponseMessage { Content = new StreamContent(new Endless()) });
        var builder = peer.Builder().HttpClientConfig(http => http.Timeout(TimeSpan.FromMilliseconds(100)));
        var late = Check.Throws<TimedOutException>(() => builder.Build().Auth.GetCurrentUserInfo());
        Check.That(late.MayHaveArrived, "it may have arrived");
        Check.Same("no whole answer from http://h within 0.1 seconds", late.Message);
        Check.Same(1, peer.Requests.Count);
    }

    public static void A_given_client_may_keep_its_own_time()
    {
        var peer = new Peer(() => new HttpResponseMessage { Content = new StreamContent(new Endless()) });
        foreach (var overrides in new[] { true, false })
        {
            var given = new HttpClient(peer) { Timeout = TimeSpan.FromSeconds(overrides ? 60 : 0.1) };
            var client = peer.Builder().HttpClientConfig(http => http
                .Timeout(TimeSpan.FromSeconds(overrides ? 0.1 : 60))
                .HttpClientInstance(given, overrides)).Build();
            Check.Throws<TimedOutException>(() => client.SessionController.GetSessionInfo());
        }
        Check.Throws<ArgumentOutOfRangeException>(
            () => new GatepassClient.Builder().HttpClientConfig(http => http.Timeout(TimeSpan.Zero)));
    }

    /// <summary>A stream may end early and say nothing of it.</summary>
    public static void An_answer_that_is_shorter_than_it_says_is_truncated()
    {
        var peer = new Peer(() =>
        {
            var answer = Peer.Answer(200, "true");
            answer.Content.Headers.ContentLength = 9;
            return answer;
        });
        var session = peer.Builder().Build().SessionController;
        var half = Check.Throws<TruncatedAnswerException>(() => session.Logout());
        Check.Same("the answer of http://h ended in the middle", half.Message);
        peer = new Peer(() =>
        {
            var answer = Peer.Answer(200, "true");
            answer.Content.Headers.ContentLength = 9;
            answer.Content.Headers.ContentEncoding.Add("gzip"); // its handler has unpacked it
            return answer;
        });
        Check.Same(true, peer.Builder().Build().SessionController.Logout());
    }

    /// <summary>As in a window's thread, which is to run what comes after each wait.</summary>
    public static void A_call_without_async_does_not_wait_for_its_own_thread()
    {
        var auth = new Peer(Token("one"), User).Builder().Credentials(Ann).Build().Auth;
        var caller = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new Deaf());
            auth.GetCurrentUserInfo();
        });
        caller.IsBackground = true;
        caller.Start();
        Check.That(caller.Join(TimeSpan.FromSeconds(10)), "it waits for ever");
    }

    public static void What_is_wrong_with_a_certificate_is_said_and_a_given_client_may_trust_it()
    {
        var url = System.Environment.GetEnvironmentVariable("GATEPASS_UNTRUSTED");
        var builder = new GatepassClient.Builder().BaseUrl(url).AccessToken("a-token-of-tests");
        var wrong = Check.Throws<CannotConnectException>(() => builder.Build().Auth.GetCurrentUserInfo());
        Check.That(wrong.Message.Contains("CERTIFICATE_VERIFY_FAILED"), wrong.Message);
        Check.That(!wrong.MayHaveArrived, "nothing has arrived");
        var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (a, b, c, d) => true };
        var trusting = builder.HttpClientConfig(http => http.HttpClientInstance(new HttpClient(handler)));
        Check.Same("Ann", trusting.Build().Auth.GetCurrentUserInfo().DisplayName);
    }

    private static string Token(string text)
    {
        return "{\"token\":\"" + text + "\",\"creation_time_in_millis\":1000,\"expiration_time_in_millis\":301000,"
            + "\"scope\":{\"access_type\":\"FULL\",\"org_id\":0},\"valid_for_user_id\":\"1\","
            + "\"valid_for_username\":\"ann\"}";
    }

    private static void Cancelled(Task call, CancellationToken by)
    {
        var told = Check.Throws<OperationCanceledException>(() => call.GetAwaiter().GetResult());
        Check.Same(by, told.CancellationToken);
    }

    private sealed class Deaf : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object state)
        {
        }
    }

    /// <summary>A body whose next byte never comes, whoever gives up.</summary>
    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            return new TaskCompletionSource<int>().Task;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin)
        {
            throw new NotSupportedException();
        }

        public override void SetLength(long value)
        {
            throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            throw new NotSupportedException();
        }
    }
}

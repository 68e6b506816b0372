using System;

namespace Gatepass.Sdk
{
    /// <summary>The one there is.</summary>
    public enum Environment
    {
        Production,
    }

    /// <summary>The one there is.</summary>
    public enum Server
    {
        Default,
    }

    /// <summary>What a client is made of.</summary>
    internal sealed class Setting
    {
        public string AccessToken { get; set; } = string.Empty;

        public string ContentType { get; set; } = "application/json";

        public string AcceptLanguage { get; set; } = "application/json";

        public Environment Environment { get; set; } = Environment.Production;

        public string BaseUrl { get; set; } = "https://localhost:443";

        public HttpClientConfiguration Http { get; set; } = new HttpClientConfiguration.Builder().Build();

        public HttpCallBack CallBack { get; set; }

        public TokenRequest Credentials { get; set; }

        public Retries AuthRetries { get; set; } = new Retries();

        public Setting Copy()
        {
            return (Setting)MemberwiseClone();
        }
    }

    /// <summary>Sets a client up. What is not said has the defaults of the vendor's client.</summary>
    /// <typeparam name="TBuilder">The builder itself.</typeparam>
    /// <typeparam name="TClient">What it builds.</typeparam>
    public abstract class ClientBuilder<TBuilder, TClient>
        where TBuilder : ClientBuilder<TBuilder, TClient>
    {
        private readonly Setting setting;

        internal ClientBuilder(Setting setting)
        {
            this.setting = setting.Copy();
        }

        /// <summary>The token to show; the <c>Auth</c> face shows it where it has no credentials.</summary>
        public TBuilder AccessToken(string accessToken)
        {
            return With(one => one.AccessToken = accessToken ?? string.Empty);
        }

        /// <summary>The content type of what has no content; what has is JSON.</summary>
        public TBuilder ContentType(string contentType)
        {
            return With(one => one.ContentType = contentType);
        }

        /// <summary>What the session face sends as <c>Accept-Language</c>.</summary>
        public TBuilder AcceptLanguage(string acceptLanguage)
        {
            return With(one => one.AcceptLanguage = acceptLanguage);
        }

        /// <summary>The one there is.</summary>
        public TBuilder Environment(Environment environment)
        {
            return With(one => one.Environment = environment);
        }

        /// <summary>Where the server is.</summary>
        /// <exception cref="ArgumentException">
        /// Not an absolute http or https address, or one that holds a name or password.
        /// </exception>
        public TBuilder BaseUrl(string baseUrl)
        {
            var isAbsolute = Uri.TryCreate(baseUrl, UriKind.Absolute, out var uri);
            if (!isAbsolute || !(uri.Scheme == "http" || uri.Scheme == "https"))
            {
                throw new ArgumentException("not an http or https address", nameof(baseUrl));
            }
            if (uri.UserInfo != string.Empty)
            {
                throw new ArgumentException("it is to hold no name or password", nameof(baseUrl));
            }
            return With(one => one.BaseUrl = baseUrl);
        }

        /// <summary>How requests are sent.</summary>
        public TBuilder HttpClientConfig(Action<HttpClientConfiguration.Builder> action)
        {
            var builder = HttpClientConfiguration.Builder.From(setting.Http);
            action(builder);
            return With(one => one.Http = builder.Build());
        }

        /// <summary>Who is told of each exchange of the session face.</summary>
        public TBuilder HttpCallBack(HttpCallBack httpCallBack)
        {
            return With(one => one.CallBack = httpCallBack);
        }

        /// <summary>What the <c>Auth</c> face gets its token with: full, object or custom.</summary>
        public TBuilder Credentials(TokenRequest credentials)
        {
            return With(one => one.Credentials = credentials);
        }

        /// <summary>When the <c>Auth</c> face tries again.</summary>
        public TBuilder AuthRetries(Retries authRetries)
        {
            return With(one => one.AuthRetries = authRetries.Copy());
        }

        /// <summary>Returns the client.</summary>
        public abstract TClient Build();

        internal Setting Made()
        {
            return setting.Copy();
        }

        private TBuilder With(Action<Setting> change)
        {
            change(setting);
            return (TBuilder)this;
        }
    }
}
